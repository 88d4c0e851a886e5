/** PEM (RFC 7468): DER in Base64 between lines that say what it is. */

/** The blocks of these kinds in a text, DER, in order; what stands between them is passed over. */
export function pemBlocks(text: string, ...kinds: readonly string[]): Uint8Array[] {
  const block = new RegExp(`-----BEGIN (${kinds.join('|')})-----([^-]*)-----END \\1-----`, 'g')
  return [...text.matchAll(block)].map(([, , base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')))
}

/** The certificates in a text, DER, in order; what stands between them is passed over. */
export function certificatesIn(pem: string): Uint8Array[] {
  return pemBlocks(pem, 'CERTIFICATE')
}

/** One block of PEM, lines of 64 characters (RFC 7468 2). */
export function pemOf(kind: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`
}
