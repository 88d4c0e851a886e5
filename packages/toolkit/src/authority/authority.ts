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
import { type AuthoritySettings, type RevocationReason, UsageError } from '@yinji/core'
import { pemOf } from '@yinji/provenance'
import {
  kindOf,
  lifetimes,
  type OcspResponder,
  type Profile,
  readRequest,
  type Subject,
} from '@yinji/provenance/certificates'
import { type ServeOptions, type Server, serve } from '../serve/http.ts'
import { answer, appointResponders, type RevocationList, writeLists } from './answers.ts'
import { certify, certifyAgain, chainOf, type IssuedCertificate } from './certify.ts'
import { foundIssuing } from './found.ts'
import { day, findIssued, openOffice } from './office.ts'
import { type NewRegister, signRegister } from './register.ts'
import { authorityAnswerer } from './serving.ts'
import type { Family, Issued, Issuing } from './state.ts'
import type { Passphrase } from './vault.ts'

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

/** Why and since when a certificate is taken back. */
export interface NewRevocation {
  /** CRLReason (RFC 5280 5.3.1) but `removeFromCRL`. */
  readonly reason: RevocationReason
  /** Since when the key is to be held compromised. Default: not said. */
  readonly since?: Date | undefined
}

/** An authority, open. Whatever it is asked for counts what other processes did meanwhile. */
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
   * CA’s certificate and has a number of its own. `days` until the next are due: default 7, for roots at least 90.
   */
  revocationLists(options?: { days?: number }): Promise<readonly RevocationList[]>
  /** Answers a request (RFC 6960) with the keys of the issuing CAs themselves. */
  answer(request: Uint8Array): Promise<Uint8Array>
  /**
   * Whoever answers for the issuing CAs from now on, for 30 days by default: keys of their own, in memory alone, with
   * certificates for nothing else (RFC 6960 4.2.2.2).
   */
  appoint(options?: { days?: number }): Promise<readonly OcspResponder[]>
  /**
   * Serves what its certificates refer to: answers, lists, certificates of CAs, and the roots. The keys of the issuing
   * CAs stay in memory meanwhile, those of the roots are not touched: their lists are made by `revocationLists`.
   */
  serve(options?: ServeOptions): Promise<Server>
  /** Every certificate, in the order of issue. */
  issued(): readonly Issued[]
  /** The one with this serial number, or the only one whose number begins so. @throws UsageError */
  find(serial: string): Issued
  /** The certificate and the CA that issued it, PEM, as it was handed out. @throws UsageError */
  chain(serial: string): string
  /** The signed list of providers, for `trust import`; each call is a new edition. */
  register(register: NewRegister): Promise<string>
}

const year = lifetimes.signer / day

/** @param clock Default: the time of day. @throws InputError when there is none or its record is damaged. */
export async function openAuthority(
  directory: string,
  passphrase: Passphrase,
  clock: () => Date = () => new Date(),
): Promise<Authority> {
  const office = await openOffice(directory, passphrase, clock)
  const { settings, state, record, vault } = office
  const find = (serial: string) => findIssued(state, serial)

  return {
    settings,
    anchors: state.issuing
      .filter(({ name }) => name === 'root')
      .map(({ certificate }) => pemOf('CERTIFICATE', certificate.der))
      .join(''),
    issue: async ({ request, subject, profile = 'signer', days = year }) =>
      certify(office, { publicKey: readRequest(request).publicKey, subject, profile, days }),
    renew: async (serial, { request, days = year } = {}) =>
      certifyAgain(office, serial, request && readRequest(request).publicKey, days),
    async revoke(serial, { reason, since }) {
      await record.add(clock(), () => {
        const { serial: number, revoked } = find(serial)
        if (revoked && revoked.reason !== 'certificateHold')
          throw new UsageError('authority.revoked.already', { serial: number, reason: revoked.reason })
        return { type: 'revoked', serial: number, reason, ...(since && { since: since.toISOString() }) }
      })
      return find(serial)
    },
    async release(serial) {
      await record.add(clock(), () => {
        const { serial: number, revoked } = find(serial)
        if (revoked?.reason !== 'certificateHold')
          throw new UsageError('authority.held.not', { serial: number })
        return { type: 'released', serial: number }
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
    revocationLists: ({ days = 7 } = {}) => writeLists(office, days),
    answer: (request) => answer(office, request),
    appoint: ({ days = 30 } = {}) => appointResponders(office, days),
    serve: async (options = {}) => serve(await authorityAnswerer(office, options), options),
    issued: () => [...state.issued.values()],
    find,
    chain: (serial) => chainOf(office.state, find(serial)),
    register: (register) => signRegister(office, register),
  }
}
