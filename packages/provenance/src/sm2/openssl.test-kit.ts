/** A small authority run by openssl: certificates that this software had no hand in. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a certificate and its key lie, PEM. */
export interface Issued {
  readonly key: string
  readonly certificate: string
}

export const caExtensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
export const leafExtensions = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection'
/** The identity that SM2 signs under, GB/T 32918.2. */
const distinguishing = 'distid:1234567812345678'
const identifiers = 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid'

export class OpensslAuthority {
  readonly directory = mkdtempSync(join(tmpdir(), 'yinji-openssl-'))
  readonly #curve: 'SM2' | 'prime256v1'
  #count = 0
  #keepsAccount = false

  constructor(curve: 'SM2' | 'prime256v1') {
    this.#curve = curve
  }

  run(...args: string[]): Buffer {
    return execFileSync('openssl', args, { cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.directory, name), content)
    return name
  }

  bytes(name: string): Uint8Array {
    return Uint8Array.from(readFileSync(join(this.directory, name)))
  }

  text(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8')
  }

  key(): string {
    const name = `${++this.#count}.key`
    this.run('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${this.#curve}`, '-out', name)
    return name
  }

  /** A certificate for a new key; without an issuer it issues itself. */
  issue(subject: string, extensions: string, issuer?: Issued, days = 100): Issued {
    const key = this.key()
    const sm2 = this.#curve === 'SM2'
    const hash = sm2 ? ['-sm3', '-sigopt', distinguishing] : ['-sha256']
    const request = `${this.#count}.csr`
    const certificate = `${this.#count}.pem`
    this.run('req', '-new', '-key', key, '-subj', subject, '-out', request, ...hash)
    const extfile = this.file(`${this.#count}.ext`, `${extensions}\n${identifiers}\n`)
    const by = issuer ? ['-CA', issuer.certificate, '-CAkey', issuer.key] : ['-signkey', key]
    this.run(
      ...['x509', '-req', '-in', request, ...by, '-days', String(days), '-extfile', extfile],
      ...['-set_serial', `0x4${String(this.#count).padStart(15, '0')}`, '-out', certificate, ...hash],
      ...(sm2 ? ['-vfyopt', distinguishing] : []),
    )
    return { key, certificate }
  }

  /** Keeps account of what was issued: `-valid FILE`, `-revoke FILE` and why. */
  ca(by: Issued, ...words: readonly string[]): void {
    if (!this.#keepsAccount) this.#keepAccount()
    const identity = this.#curve === 'SM2' ? ['-sigopt', distinguishing] : []
    this.run('ca', '-config', 'ca.cnf', '-cert', by.certificate, '-keyfile', by.key, ...identity, ...words)
  }

  #keepAccount(): void {
    this.#keepsAccount = true
    const own = 'database=index.txt\ncrlnumber=number\ncrl_extensions=list\ndefault_crl_days=7'
    const digest = this.#curve === 'SM2' ? 'sm3' : 'sha256'
    this.file(
      'ca.cnf',
      [
        `[ca]\ndefault_ca=own\n[own]\n${own}\ndefault_md=${digest}\nunique_subject=no\npolicy=any`,
        '[any]\ncommonName=supplied\n[list]\nauthorityKeyIdentifier=keyid\n',
      ].join('\n'),
    )
    this.file('index.txt', '')
  }

  /** A list of what was taken back, under this number; the path of the file. */
  crl(by: Issued, number: string): string {
    this.file('number', `${number}\n`)
    this.ca(by, '-gencrl', '-out', `${number}.crl`)
    return join(this.directory, `${number}.crl`)
  }

  /** An answer about a certificate of this issuer, by whom it appointed; the path of the file. */
  ocsp(about: Issued, issuer: Issued, by = issuer, ...words: readonly string[]): string {
    this.run(
      ...['ocsp', '-index', 'index.txt', '-CA', issuer.certificate, '-issuer', issuer.certificate],
      ...[
        '-rsigner',
        by.certificate,
        '-rkey',
        by.key,
        '-cert',
        about.certificate,
        '-ndays',
        '7',
        '-noverify',
      ],
      ...(this.#curve === 'SM2' ? ['-rmd', 'sm3', '-rsigopt', distinguishing] : []),
      ...['-respout', 'answer.der', ...words],
    )
    return join(this.directory, 'answer.der')
  }
}
