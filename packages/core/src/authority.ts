/**
 * What an authority keeps about itself and about every certificate, as data: `authority.json`, and one file for each
 * thing it did. Each of these names the SHA-256 of the one before, so that none can be changed or left out unseen.
 */
import * as z from 'zod'

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)
const serial = z.string().regex(/^[0-9a-f]{2,40}$/)
const time = z.iso.datetime()
/** `c2pa` certifies keys for manifests, `sm2` those for labels. */
const family = z.enum(['c2pa', 'sm2'])
/** `root`, `issuing-1`, `issuing-2` … */
const issuer = z.string().regex(/^(root|issuing-[1-9]\d{0,3})$/)
const certificate = z.base64()

/** The schema of `authority.json`. */
export const authoritySettingsSchema = z.strictObject({
  schema: z.literal('yinji.authority/1'),
  organization: z.string().min(1).max(64),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  families: z.array(family).min(1),
  /** Where `ca serve` can be reached: stands in the certificates. Absent: nothing does. */
  url: z.url({ protocol: /^http$/ }).optional(),
})

/** What an authority is. */
export type AuthoritySettings = z.output<typeof authoritySettingsSchema>

/** Reasons an authority may give for a revocation (RFC 5280 5.3.1). */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'cACompromise',
] as const
/** One of them. */
export type RevocationReason = (typeof revocationReasons)[number]

const numbered = {
  schema: z.literal('yinji.authority-record/1'),
  /** From 1 on, without a gap. */
  sequence: z.int().min(1),
  /** SHA-256 of the file before this one, lower-case hex; of nothing, for the first. */
  previous: fingerprint,
  at: time,
}

/** The schema of one thing an authority did. */
export const authorityEntrySchema = z.discriminatedUnion('type', [
  z.strictObject({ ...numbered, type: z.literal('authority'), family, name: issuer, certificate }),
  z.strictObject({
    ...numbered,
    type: z.literal('issued'),
    family,
    issuer,
    serial,
    profile: z.enum(['signer', 'timestamp', 'ocsp']),
    certificate,
    /** The certificate it takes the place of. */
    replaces: serial.optional(),
  }),
  z.strictObject({
    ...numbered,
    type: z.literal('revoked'),
    serial,
    reason: z.enum(revocationReasons),
    /** Since when the key is to be held compromised. */
    since: time.optional(),
  }),
  z.strictObject({ ...numbered, type: z.literal('released'), serial }),
  z.strictObject({
    ...numbered,
    type: z.literal('crl'),
    family,
    issuer,
    number: z.int().min(1),
    nextUpdate: time,
  }),
  z.strictObject({ ...numbered, type: z.literal('register'), edition: z.int().min(1) }),
])

/** One thing an authority did. */
export type AuthorityEntry = z.output<typeof authorityEntrySchema>
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
/** The same before it has its place in the record. */
export type NewAuthorityEntry = Without<AuthorityEntry, keyof typeof numbered>
