/**
 * An authority that certifies AI services: root, issuing CA, services, in two families of keys. Everything it does goes
 * into the record first; what the record does not hold has not happened.
 *
 *     authority.json       who it is, where it is reached
 *     c2pa/root.pem, .key  certifies keys for manifests; keys sealed with a passphrase, mode 0600
 *     c2pa/issuing-1.pem, .key, .crl
 *     sm2/…                the same for keys that sign labels
 *     register.key         signs the list of providers
 *     record/              every certificate and what became of it
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AuthoritySettings,
  authoritySettingsSchema,
  InputError,
  producerOf,
  type TrustListInput,
  UsageError,
} from '@yinji/core'
import { pemOf, signTrustList, sm2Fingerprint } from '@yinji/provenance'
import {
  backdated,
  issueCertificate,
  kindOf,
  lifetimes,
  newSerial,
  type Profile,
  readRequest,
  type Subject,
  signCrl,
} from '@yinji/provenance/certificates'
import { replaceFile } from '../replace-file.ts'
import { foundIssuing, whereabouts } from './found.ts'
import { openRecord } from './record.ts'
import {
  AuthorityState,
  type Family,
  type Issued,
  type Issuing,
  keyOf,
  type RevocationReason,
} from './state.ts'
import { openVault, type Passphrase } from './vault.ts'

/** What a service asks for, and what the authority has made sure of. */
export interface NewCertificate {
  /** PKCS #10, PEM or DER. */
  readonly request: Uint8Array
  /** Whom the certificate is for, as the authority has checked it; the request’s own words are not taken unseen. */
  readonly subject: Subject
  /** Default `signer`: content and labels. */
  readonly profile?: Exclude<Profile, 'root' | 'issuing'> | undefined
  /** Default 365; never longer than the issuing CA has. */
  readonly days?: number | undefined
}

/** A certificate just issued. */
export interface IssuedCertificate extends Issued {
  /** It and the CA that issued it, PEM: what the service installs. */
  readonly chain: string
}

/** Why and since when a certificate is taken back. */
export interface NewRevocation {
  /** CRLReason (RFC 5280 5.3.1) but `removeFromCRL`. */
  readonly reason: RevocationReason
  /** Since when the key is to be held compromised. Default: not said. */
  readonly since?: Date | undefined
}

/** A list of revoked certificates, and where it lies. */
export interface RevocationList {
  readonly family: Family
  /** `root`, `issuing-1` … */
  readonly issuer: string
  readonly number: number
  readonly revoked: number
  readonly nextUpdate: Date
  readonly path: string
}

/** An authority, open. */
export interface Authority {
  readonly settings: AuthoritySettings
  /** Its roots, PEM: what verifiers add to their anchors. */
  readonly anchors: string
  /** Certifies the key of a request. @throws UsageError when the request does not hold. */
  issue(request: NewCertificate): Promise<IssuedCertificate>
  /** The same subject again: with the same key, or with that of a request. The old certificate stays as it is. */
  renew(serial: string, options?: { request?: Uint8Array; days?: number }): Promise<IssuedCertificate>
  /** Takes a certificate back. @throws UsageError when it is taken back already. */
  revoke(serial: string, revocation: NewRevocation): Promise<Issued>
  /** Gives back what was on hold. */
  release(serial: string): Promise<Issued>
  /** A new issuing CA; the old one keeps answering for what it issued. */
  rotate(family: Family): Promise<Issuing>
  /**
   * Lists of what was revoked, one for each CA that can still have issued something valid; each is written beside the
   * CA’s certificate and has a number of its own.
   */
  revocationLists(options?: { days?: number }): Promise<readonly RevocationList[]>
  /** Every certificate, in the order of issue. */
  issued(): readonly Issued[]
  /** The one with this serial number, or the only one whose number begins so. @throws UsageError */
  find(serial: string): Issued
  /** The signed list of providers, for `trust import`; each call is a new edition. */
  register(options: { id: string; name?: string; days?: number }): Promise<string>
}

const day = 86_400_000
/** A root’s key is taken out seldom. */
const rootListDays = 90

/** @param clock Default: the time of day. @throws InputError when there is none or its record is damaged. */
export async function openAuthority(
  directory: string,
  passphrase: Passphrase,
  clock: () => Date = () => new Date(),
): Promise<Authority> {
  const settings = await readSettings(directory)
  const state = new AuthorityState()
  const record = await openRecord(join(directory, 'record'), (entry) => state.apply(entry))
  const vault = openVault(directory, passphrase)

  const find = (serial: string): Issued => {
    const wanted = serial.toLowerCase()
    const exact = state.issued.get(wanted)
    if (exact) return exact
    const fits = /^[0-9a-f]{8,}$/.test(wanted)
      ? [...state.issued.values()].filter((one) => one.serial.startsWith(wanted))
      : []
    const [only] = fits
    if (only === undefined || fits.length > 1) throw new UsageError('authority.serial.unknown', { serial })
    return only
  }

  async function certify(
    publicKey: Uint8Array,
    subject: Subject,
    profile: Exclude<Profile, 'root' | 'issuing'>,
    days: number,
    replaces?: string,
  ): Promise<IssuedCertificate> {
    await record.refresh()
    const kind = kindOf(publicKey)
    const family = kind === 'SM2' ? 'sm2' : 'c2pa'
    const issuer = state.current(family)
    if (issuer === undefined) throw new UsageError('authority.family.absent', { kind })
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
      if (compromised !== undefined)
        throw new UsageError('authority.key.compromised', { serial: compromised })
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
    const chain = pemOf('CERTIFICATE', der) + pemOf('CERTIFICATE', issuer.certificate.der)
    return { ...find(number), chain }
  }

  async function listOf({ family, name, certificate }: Issuing, now: Date, days: number) {
    const key = await vault.open(`${family}/${name}`)
    const nextUpdate = new Date(now.getTime() + (name === 'root' ? Math.max(days, rootListDays) : days) * day)
    const place = { family, issuer: name } as const
    const entry = await record.add(now, () => ({
      type: 'crl',
      ...place,
      number: (state.lists.get(`${family}/${name}`) ?? 0) + 1,
      nextUpdate: nextUpdate.toISOString(),
    }))
    const number = entry.type === 'crl' ? entry.number : 0
    const revoked = [...state.issued.values()].flatMap(({ revoked, serial, ...one }) =>
      revoked && one.family === family && one.issuer === name
        ? [{ serial, at: revoked.at, reason: revoked.reason, invalidityDate: revoked.since ?? undefined }]
        : [],
    )
    const der = await signCrl(
      { number, thisUpdate: now, nextUpdate, revoked },
      { certificate: certificate.der, key },
    )
    const path = join(directory, family, `${name}.crl`)
    await replaceFile(path, der)
    return { ...place, number, revoked: revoked.length, nextUpdate, path }
  }

  return {
    settings,
    anchors: state.issuing
      .filter(({ name }) => name === 'root')
      .map(({ certificate }) => pemOf('CERTIFICATE', certificate.der))
      .join(''),
    issue: ({ request, subject, profile = 'signer', days = lifetimes.signer / day }) =>
      certify(readRequest(request).publicKey, subject, profile, days),
    async renew(serial, { request, days = lifetimes.signer / day } = {}) {
      await record.refresh()
      const old = find(serial)
      const { subject } = old.certificate
      if (old.profile === 'authority') throw new UsageError('authority.serial.unknown', { serial })
      const publicKey = request ? readRequest(request).publicKey : Buffer.from(keyOf(old.certificate), 'hex')
      const same = {
        organization: subject.organization ?? '',
        commonName: subject.commonName ?? '',
        country: subject.country ?? undefined,
        code: subject.organizationIdentifier ?? undefined,
        filingNumber: subject.description ?? undefined,
      }
      return certify(publicKey, same, old.profile, days, old.serial)
    },
    async revoke(serial, { reason, since }) {
      const at = clock()
      await record.add(at, () => {
        const one = find(serial)
        if (one.revoked && one.revoked.reason !== 'certificateHold')
          throw new UsageError('authority.revoked.already', {
            serial: one.serial,
            reason: one.revoked.reason,
          })
        return {
          type: 'revoked',
          serial: one.serial,
          reason,
          ...(since === undefined ? {} : { since: since.toISOString() }),
        }
      })
      return find(serial)
    },
    async release(serial) {
      await record.add(clock(), () => {
        const one = find(serial)
        if (one.revoked?.reason !== 'certificateHold')
          throw new UsageError('authority.held.not', { serial: one.serial })
        return { type: 'released', serial: one.serial }
      })
      return find(serial)
    },
    async rotate(family) {
      await record.refresh()
      const last = state.current(family)
      if (last === undefined) throw new UsageError('authority.family.absent', { kind: family })
      const number = state.issuing.filter((one) => one.family === family).length
      const { publicKey } = await vault.open(`${family}/root`)
      await foundIssuing(directory, family, number, kindOf(publicKey) ?? 'P-256', settings, vault, clock())
      await record.refresh()
      return state.current(family) ?? last
    },
    async revocationLists({ days = 7 } = {}) {
      await record.refresh()
      const now = clock()
      const living = state.issuing.filter(({ certificate }) => certificate.notAfter > now)
      const lists: RevocationList[] = []
      for (const issuer of living) lists.push(await listOf(issuer, now, days))
      return lists
    },
    issued: () => [...state.issued.values()],
    find,
    async register({ id, name = settings.organization, days = 30 }) {
      const now = clock()
      const entry = await record.add(now, () => ({ type: 'register', edition: state.edition + 1 }))
      const list = registerOf(state, now)
      return signTrustList(
        {
          schema: 'yinji.trust-list/1',
          id,
          name,
          sequence: entry.type === 'register' ? entry.edition : 0,
          issuedAt: now.toISOString(),
          nextUpdate: new Date(now.getTime() + days * day).toISOString(),
          ...list,
        },
        await vault.register(),
      )
    },
  }
}

/** Roots as anchors; each provider with the keys of its labels that hold today. */
function registerOf(state: AuthorityState, now: Date): Pick<TrustListInput, 'anchors' | 'providers'> {
  const stamps = [...state.issued.values()].some(({ profile }) => profile === 'timestamp')
  const purposes = stamps ? (['content', 'timestamp'] as const) : (['content'] as const)
  const anchors = state.issuing
    .filter(({ name }) => name === 'root')
    .flatMap(({ certificate }) =>
      purposes.map((purpose) => ({ certificate: Buffer.from(certificate.der).toString('base64'), purpose })),
    )
  const byCode = new Map<string, Issued[]>()
  for (const one of state.issued.values()) {
    if (one.profile !== 'signer') continue
    const { organization, organizationIdentifier } = one.certificate.subject
    const code = organizationIdentifier ?? producerOf({ name: organization ?? '' })
    byCode.set(code, [...(byCode.get(code) ?? []), one])
  }
  const providers = [...byCode].map(([code, all]) => {
    const holds = all.filter(({ revoked, certificate }) => revoked === null && certificate.notAfter > now)
    const held = all.some(({ revoked }) => revoked?.reason === 'certificateHold')
    return {
      code,
      name: all.at(-1)?.certificate.subject.organization ?? code,
      status: holds.length > 0 ? ('active' as const) : held ? ('suspended' as const) : ('withdrawn' as const),
      keys: [...new Set(all.flatMap(({ certificate }) => labelKey(certificate) ?? []))],
    }
  })
  return { anchors, providers }
}

function labelKey({ sm2Key }: Issued['certificate']): string | undefined {
  return sm2Key && sm2Fingerprint(sm2Key)
}

async function readSettings(directory: string): Promise<AuthoritySettings> {
  const path = join(directory, 'authority.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError('authority.missing', { path: directory }, { cause: error })
  })
  try {
    return authoritySettingsSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new InputError('authority.record.broken', { path, problem: 'it is no authority' }, { cause: error })
  }
}
