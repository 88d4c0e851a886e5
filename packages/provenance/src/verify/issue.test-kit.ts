/** For tests only: certificates made to measure, right ones and wrong ones, without those of `certificates/`. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

const encoder = new TextEncoder()
const concat = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

/** DER: tag, length, contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents)
  const { length } = body
  const head =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 255]
          : []
  return concat(Uint8Array.of(tag, ...head), body)
}

export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const out = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      out.unshift((left & 0x7f) | 0x80)
    return out
  })
  return der(0x06, Uint8Array.from(bytes))
}

const name = (organization: string) =>
  der(0x30, der(0x31, der(0x30, oid('2.5.4.10'), der(0x0c, encoder.encode(organization)))))
const time = (date: Date) =>
  der(0x18, encoder.encode(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
const extension = (id: string, value: Uint8Array, critical = false) =>
  der(0x30, oid(id), ...(critical ? [der(0x01, Uint8Array.of(0xff))] : []), der(0x04, value))

const responderAt = (url: string) =>
  der(0x30, der(0x30, oid('1.3.6.1.5.5.7.48.1'), der(0x86, encoder.encode(url))))

export interface CertificateSpec {
  readonly subject: string
  readonly ca?: boolean
  readonly pathLength?: number
  /** First byte of KeyUsage: 0x80 digitalSignature, 0x04 keyCertSign. */
  readonly keyUsage?: number | null
  readonly purposes?: readonly string[] | null
  readonly purposesCritical?: boolean
  readonly authorityKey?: boolean
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly critical?: string
  /** Certificate policies, as OIDs. */
  readonly policies?: readonly string[]
  /** Where to ask whether it is revoked. */
  readonly ocsp?: string
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

export interface Issued {
  readonly certificate: Uint8Array
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly subject: string
}

export const now = new Date('2026-06-01T00:00:00Z')
const day = 86_400_000
const ecdsa = der(0x30, oid('1.2.840.10045.4.3.2'))
let serial = 1

/** A certificate with a P-256 key, unless one is given; signed by itself when there is no issuer. */
export function issue(spec: CertificateSpec, issuer?: Issued): Issued {
  const { publicKey, privateKey } = spec.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { ca = false, keyUsage = ca ? 0x04 : 0x80, purposes = ca ? null : [emailProtection] } = spec
  const constraints = ca ? [der(0x01, Uint8Array.of(0xff))] : []
  if (spec.pathLength !== undefined) constraints.push(der(0x02, Uint8Array.of(spec.pathLength)))
  const extensions = [
    extension('2.5.29.19', der(0x30, ...constraints), true),
    ...(keyUsage === null ? [] : [extension('2.5.29.15', der(0x03, Uint8Array.of(2, keyUsage)), true)]),
    ...(purposes === null
      ? []
      : [extension('2.5.29.37', der(0x30, ...purposes.map(oid)), spec.purposesCritical)]),
    ...(spec.authorityKey === false
      ? []
      : [extension('2.5.29.35', der(0x30, der(0x80, new Uint8Array(20))))]),
    extension('2.5.29.14', der(0x04, new Uint8Array(20))),
    ...(spec.policies
      ? [extension('2.5.29.32', der(0x30, ...spec.policies.map((policy) => der(0x30, oid(policy)))))]
      : []),
    ...(spec.ocsp ? [extension('1.3.6.1.5.5.7.1.1', responderAt(spec.ocsp))] : []),
    ...(spec.critical ? [extension(spec.critical, der(0x30), true)] : []),
  ]
  const tbs = der(
    0x30,
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(serial++ & 0x7f)),
    ecdsa,
    name(issuer?.subject ?? spec.subject),
    der(
      0x30,
      time(spec.notBefore ?? new Date(+now - 30 * day)),
      time(spec.notAfter ?? new Date(+now + 30 * day)),
    ),
    name(spec.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions)),
  )
  const signature = sign('sha256', tbs, issuer?.privateKey ?? privateKey)
  const certificate = der(0x30, tbs, ecdsa, der(0x03, Uint8Array.of(0), signature))
  return { certificate, publicKey, privateKey, subject: spec.subject }
}

export const emailProtection = '1.3.6.1.5.5.7.3.4'
export const root = issue({ subject: 'Root', ca: true })
export const issuing = issue({ subject: 'Issuing', ca: true, pathLength: 0 }, root)
export const signer = issue({ subject: 'Acme AI' }, issuing)

export function pem({ certificate }: Issued): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
