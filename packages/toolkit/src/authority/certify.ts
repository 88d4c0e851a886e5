/** Issues certificates: signed first, then recorded, and only then handed out. */
import { UsageError } from '@yinji/core'
import { pemOf } from '@yinji/provenance'
import {
  backdated,
  issueCertificate,
  kindOf,
  newSerial,
  type Profile,
  type Subject,
} from '@yinji/provenance/certificates'
import { whereabouts } from './found.ts'
import { day, findIssued, type Office } from './office.ts'
import { type AuthorityState, type Issued, type Issuing, keyOf } from './state.ts'

/** A certificate just issued. */
export interface IssuedCertificate extends Issued {
  /** It and the CA that issued it, PEM: what the service installs. */
  readonly chain: string
}

/** What a certificate is issued for. */
export interface Certification {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly subject: Subject
  readonly profile: Exclude<Profile, 'root' | 'issuing'>
  /** Never longer than the issuing CA has. */
  readonly days: number
  /** Serial number of the certificate it takes the place of. */
  readonly replaces?: string
}

/** By the issuing CA of the key’s family. */
export async function certify(office: Office, what: Certification): Promise<IssuedCertificate> {
  await office.record.refresh()
  const kind = kindOf(what.publicKey)
  const issuer = office.state.current(kind === 'SM2' ? 'sm2' : 'c2pa')
  if (issuer === undefined) throw new UsageError('authority.family.absent', { kind })
  return certifyBy(office, issuer, what)
}

export async function certifyBy(
  { settings, state, record, vault, clock }: Office,
  issuer: Issuing,
  { publicKey, subject, profile, days, replaces }: Certification,
): Promise<IssuedCertificate> {
  const { family } = issuer
  const now = clock()
  const serial = newSerial()
  const der = await issueCertificate(
    {
      profile,
      subject,
      publicKey,
      serial,
      notBefore: new Date(now.getTime() - backdated),
      notAfter: new Date(Math.min(now.getTime() + days * day, issuer.certificate.notAfter.getTime())),
      ...whereabouts(settings, family, issuer.name),
    },
    { certificate: issuer.certificate.der, key: await vault.open(`${family}/${issuer.name}`) },
  )
  const number = Buffer.from(serial).toString('hex')
  await record.add(now, () => {
    const compromised = state.compromised.get(Buffer.from(publicKey).toString('hex'))
    if (compromised !== undefined) throw new UsageError('authority.key.compromised', { serial: compromised })
    return {
      type: 'issued',
      family,
      issuer: issuer.name,
      serial: number,
      profile,
      certificate: Buffer.from(der).toString('base64'),
      ...(replaces === undefined ? {} : { replaces }),
    }
  })
  const issued = findIssued(state, number)
  return { ...issued, chain: chainOf(state, issued) }
}

/** Of a root’s certificate, only the issuing CA’s own: the root is known or it is not. */
export function chainOf(state: AuthorityState, { family, issuer, certificate }: Issued): string {
  const above = issuer === 'root' ? undefined : state.find(family, issuer)
  return [certificate, ...(above ? [above.certificate] : [])]
    .map(({ der }) => pemOf('CERTIFICATE', der))
    .join('')
}

/** The same subject again, with the same key or another. */
export async function certifyAgain(
  office: Office,
  serial: string,
  publicKey: Uint8Array | undefined,
  days: number,
): Promise<IssuedCertificate> {
  await office.record.refresh()
  const old = findIssued(office.state, serial)
  if (old.profile === 'authority') throw new UsageError('authority.serial.unknown', { serial })
  const { subject } = old.certificate
  return certify(office, {
    publicKey: publicKey ?? Buffer.from(keyOf(old.certificate), 'hex'),
    subject: {
      organization: subject.organization ?? '',
      commonName: subject.commonName ?? '',
      country: subject.country ?? undefined,
      code: subject.organizationIdentifier ?? undefined,
      filingNumber: subject.description ?? undefined,
    },
    profile: old.profile,
    days,
    replaces: old.serial,
  })
}
