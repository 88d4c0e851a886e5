/** PEM (RFC 7468), as bundles of certificates come in. */

const block = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g

/** The certificates in a text, DER, in order; what stands between them is passed over. */
export function certificatesIn(pem: string): Uint8Array[] {
  return [...pem.matchAll(block)].map(([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')))
}

/** One block of PEM, lines of 64 characters (RFC 7468 2). */
export function pemOf(kind: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`
}
