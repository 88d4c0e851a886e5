/** For tests only: an OCSP responder, run by openssl on this machine for certificates that openssl issued. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import type { Pki, PkiEntry } from '../trust/pki.test-kit.ts'

export const responderExtensions = [
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=critical,OCSPSigning',
]

export interface TestResponder extends AsyncDisposable {
  readonly url: string
}

/** What the responders of an authority know; one who is not entered they do not know. */
export class Register {
  /** Addresses of those who read it. */
  readonly readers = new Set<string>()
  readonly #pki: Pki
  readonly #lines = new Map<string, string>()
  readonly name: string

  constructor(pki: Pki, name: string) {
    this.#pki = pki
    this.name = name
    this.#write()
  }

  /** @param reason why it was taken back, an hour ago */
  enter(entry: PkiEntry, reason?: string): void {
    const [serial = ''] =
      /(?<==).*/.exec(this.#pki.run('x509', '-in', `${entry.name}.pem`, '-noout', '-serial').toString()) ?? []
    const time = (at: number) =>
      `${new Date(at)
        .toISOString()
        .replace(/[-:T]|\..*/g, '')
        .slice(2)}Z`
    const now = Date.now()
    const end = time(now + 90 * 86_400_000)
    const taken = reason ? `${time(now - 3_600_000)},${reason}` : ''
    this.#lines.set(
      serial,
      [reason ? 'R' : 'V', end, taken, serial, 'unknown', `/CN=${entry.name}`].join('\t'),
    )
    this.#write()
    // openssl looks for a new register after it has been asked, not before.
    const question = ['-issuer', `${entry.name}.pem`, '-cert', `${entry.name}.pem`]
    for (const url of this.readers) this.#pki.run('ocsp', '-url', url, ...question, '-noverify')
  }

  /** In one go, and as another file: openssl tells files apart by that, or by their second. */
  #write(): void {
    const path = this.#pki.write(`${this.name}.new`, [...this.#lines.values(), ''].join('\n'))
    renameSync(path, this.#pki.path(this.name))
  }
}

/** @param minutes that an answer holds */
export async function startResponder(
  pki: Pki,
  register: Register,
  authority: PkiEntry,
  signer: PkiEntry,
  minutes = 60,
): Promise<TestResponder> {
  const words = [
    ...[
      'ocsp',
      '-port',
      '0',
      '-index',
      register.name,
      '-CA',
      `${authority.name}.pem`,
      '-nmin',
      String(minutes),
    ],
    ...['-rsigner', `${signer.name}.pem`, '-rkey', `${signer.name}.key`],
  ]
  const child = spawn('openssl', words, { cwd: pki.directory, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  for await (const chunk of child.stdout) {
    said += chunk
    if (said.includes('PID=')) break
  }
  const url = `http://127.0.0.1:${/:(\d+) PID=/.exec(said)?.[1]}/`
  register.readers.add(url)
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      register.readers.delete(url)
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
