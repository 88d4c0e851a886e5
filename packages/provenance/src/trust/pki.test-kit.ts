/** For tests only: certificates of every algorithm and profile, made by openssl, which this software had no hand in. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]
const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]
/** Kinds of keys, as `openssl genpkey` makes them. */
export const keyKinds = {
  'P-256': ec('P-256'),
  'P-384': ec('P-384'),
  'P-521': ec('P-521'),
  'RSA-1024': rsa(1024),
  'RSA-2048': rsa(2048),
  'RSA-3072': rsa(3072),
  'RSA-4096': rsa(4096),
  Ed25519: ['-algorithm', 'ED25519'],
  secp256k1: ec('secp256k1'),
} as const
export type KeyKind = keyof typeof keyKinds

export const caExtensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
export const leafExtensions = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=emailProtection']
export const stampExtensions = [
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=critical,timeStamping',
]

/** A certificate and its key: names of files, and PEM. */
export interface PkiEntry {
  readonly name: string
  readonly certificate: string
  readonly key: string
}

export interface PkiRequest {
  /** `/O=…/CN=…`. */
  readonly subject?: string
  readonly extensions?: readonly string[]
  readonly kind?: KeyKind
  /** How openssl writes texts in names; default UTF8String, `MASK:0x2` is PrintableString. */
  readonly texts?: string
  /** Use this key instead of a new one: cross-certificates. */
  readonly keyOf?: PkiEntry
  readonly days?: number
  /** Runs out at this moment, `YYYYMMDDHHMMSSZ`, instead of after some days. */
  readonly until?: string
  readonly digest?: string
  /** Leave subject and authority key identifiers out. */
  readonly bare?: boolean
}

/** A directory in which openssl issues certificates. */
export class Pki {
  readonly directory = mkdtempSync(join(tmpdir(), 'yinji-pki-'))
  #count = 0

  run(...args: readonly string[]): Buffer {
    return execFileSync('openssl', args, { cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content)
    return this.path(name)
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name))
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Without an issuer, a certificate issues itself. */
  issue(request: PkiRequest = {}, issuer?: PkiEntry): PkiEntry {
    const name = String(++this.#count)
    const { subject = `/O=Acme AI/CN=Acme ${name}`, kind = 'P-256', days = 100 } = request
    if (request.keyOf) this.write(`${name}.key`, request.keyOf.key)
    else this.run('genpkey', ...keyKinds[kind], '-out', `${name}.key`)
    const identifiers = request.bare ? [] : ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid']
    this.write(
      `${name}.cnf`,
      [
        '[req]',
        'distinguished_name=dn',
        `string_mask=${request.texts ?? 'utf8only'}`,
        '[dn]',
        '[x]',
        ...(request.extensions ?? leafExtensions),
        ...identifiers,
        '',
      ].join('\n'),
    )
    if (request.until !== undefined && issuer) this.#issueUntil(request.until, name, subject, issuer)
    else this.#issueForDays(days, name, subject, request, issuer)
    return { name, certificate: this.text(`${name}.pem`), key: this.text(`${name}.key`) }
  }

  #issueForDays(
    days: number,
    name: string,
    subject: string,
    { digest }: PkiRequest,
    issuer?: PkiEntry,
  ): void {
    const by = issuer ? ['-CA', `${issuer.name}.pem`, '-CAkey', `${issuer.name}.key`] : []
    this.run(
      ...['req', '-x509', '-new', '-utf8', '-key', `${name}.key`, '-subj', subject, '-days', String(days)],
      ...['-config', `${name}.cnf`, '-extensions', 'x', ...by, '-out', `${name}.pem`],
      ...(digest ? [`-${digest}`] : []),
    )
  }

  /** `openssl req` counts in days; `openssl ca` takes a moment. */
  #issueUntil(until: string, name: string, subject: string, issuer: PkiEntry): void {
    this.run(
      'req',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      subject,
      '-config',
      `${name}.cnf`,
      '-out',
      `${name}.csr`,
    )
    this.write(`${name}.index`, '')
    this.write(
      `${name}.ca`,
      [
        ...['[ca]', 'default_ca=c', '[c]', `database=${name}.index`, 'new_certs_dir=.', 'rand_serial=yes'],
        ...['default_md=sha256', 'policy=p', '[p]', 'organizationName=optional', 'commonName=optional', ''],
      ].join('\n'),
    )
    this.run(
      ...['ca', '-batch', '-notext', '-config', `${name}.ca`, '-in', `${name}.csr`, '-out', `${name}.pem`],
      ...['-cert', `${issuer.name}.pem`, '-keyfile', `${issuer.name}.key`, '-enddate', until],
      ...['-extfile', `${name}.cnf`, '-extensions', 'x'],
    )
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
