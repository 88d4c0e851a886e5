/** For tests only: a time-stamp authority, run by openssl behind a small server on this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Pki, PkiEntry } from '../trust/pki.test-kit.ts'

export interface TestAuthority extends AsyncDisposable {
  readonly url: string
  /** The answer to a request; tests put others in its place. */
  answer: (query: Buffer) => Buffer
  /** Requests so far. */
  count: number
}

export const policy = '1.2.3.4.1'

/** `chain` are the certificates that go into tokens beside the authority's own. */
export async function startAuthority(
  pki: Pki,
  tsa: PkiEntry,
  chain: readonly PkiEntry[] = [],
  digest = 'sha256',
): Promise<TestAuthority> {
  const name = `tsa${tsa.name}${digest}`
  pki.write(`${name}.chain`, chain.map(({ certificate }) => certificate).join(''))
  pki.write(`${name}.serial`, '01\n')
  pki.write(
    `${name}.cnf`,
    [
      ...['[tsa]', `serial=${name}.serial`, 'crypto_device=builtin', `signer_cert=${tsa.name}.pem`],
      ...(chain.length > 0 ? [`certs=${name}.chain`] : []),
      ...[`signer_key=${tsa.name}.key`, `default_policy=${policy}`, 'other_policies=1.2.3.4.2'],
      ...[
        'digests=sha256,sha384,sha512',
        `signer_digest=${digest}`,
        'ess_cert_id_alg=sha256',
        'tsa_name=yes',
        'accuracy=secs:1',
      ],
      '',
    ].join('\n'),
  )
  const authority = {
    url: '',
    count: 0,
    answer: (query: Buffer) => {
      pki.write(`${name}.tsq`, query)
      pki.run(
        'ts',
        '-reply',
        '-config',
        `${name}.cnf`,
        '-section',
        'tsa',
        '-queryfile',
        `${name}.tsq`,
        '-out',
        `${name}.tsr`,
      )
      return pki.read(`${name}.tsr`)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    authority.count++
    try {
      // openssl holds this process up, long enough for a connection that was kept to be given up meanwhile.
      response.setHeader('connection', 'close')
      const answer = authority.answer(Buffer.concat(parts))
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer)
    } catch {
      response.writeHead(500).end()
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  authority.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return authority
}
