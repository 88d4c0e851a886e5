/** For tests only: an authority of our own making, and a directory in which openssl sees its files. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pemOf } from '../encoding/pem.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { type CertificateRequest, type CertifiedKey, issueCertificate, type Profile } from './issue.ts'
import { generatePrivateKey, type KeyKind, openCertificateKey } from './key.ts'

/** A certificate and its key, and both as PEM files in the directory. */
export interface Entry extends CertifiedKey {
  readonly read: Certificate
  /** Names of the files. */
  readonly pem: string
  readonly keyPem: string
}

export class Hierarchy implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'yinji-hierarchy-'))
  readonly kind: KeyKind
  #count = 0

  constructor(kind: KeyKind) {
    this.kind = kind
  }

  /** What it printed. Throws with that when it fails. */
  openssl(...args: string[]): string {
    const options = { cwd: this.directory, encoding: 'utf8', timeout: 30_000 } as const
    const { status, stdout, stderr } = spawnSync('openssl', args, options)
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stdout}${stderr}`)
    return stdout + stderr
  }

  /** The same while this process goes on: for questions that it answers itself. */
  async asks(...args: string[]): Promise<string> {
    const options = { cwd: this.directory, timeout: 30_000 } as const
    const { stdout, stderr } = await promisify(execFile)('openssl', args, options)
    return stdout + stderr
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.directory, name), content)
    return name
  }

  bytes(name: string): Uint8Array {
    return Uint8Array.from(readFileSync(join(this.directory, name)))
  }

  /** Without an issuer, it issues itself. */
  async issue(
    profile: Profile,
    issuer?: Entry,
    request: Partial<CertificateRequest> & { readonly kind?: KeyKind } = {},
  ): Promise<Entry> {
    const pkcs8 = await generatePrivateKey(request.kind ?? this.kind)
    const key = openCertificateKey(pkcs8)
    const name = `${profile}${++this.#count}`
    const certificate = await issueCertificate(
      {
        profile,
        subject: { organization: 'Ministry', commonName: name },
        publicKey: key.publicKey,
        notBefore: new Date(Date.now() - 3_600_000),
        notAfter: new Date(Date.now() + 86_400_000),
        ...request,
      },
      issuer ?? { key },
    )
    const read = readCertificate(certificate)
    if (read === undefined) throw new Error('unreadable')
    const pem = this.file(`${name}.pem`, pemOf('CERTIFICATE', certificate))
    return { certificate, key, read, pem, keyPem: this.file(`${name}.key`, pemOf('PRIVATE KEY', pkcs8)) }
  }

  /** openssl crl, ocsp and ts have no way to be told a signer id, so a signature of SM2 is shown to it by itself. */
  sm2Verify({ key }: Entry, signed: Uint8Array, signature: Uint8Array): string {
    const files = ['-in', this.file('body.der', signed), '-sigfile', this.file('signature.der', signature)]
    const by = ['-pubin', '-inkey', this.file('by.pub', pemOf('PUBLIC KEY', key.publicKey))]
    const sm2 = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
    return this.openssl('pkeyutl', '-verify', ...sm2, ...by, ...files)
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
