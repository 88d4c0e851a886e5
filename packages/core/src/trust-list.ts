/**
 * Lists of whom to trust, as data: the signed list that travels (`yinji.trust-list/1`, our own format; there is none for
 * provider codes yet) and the store of one machine (`yinji.trust/1`).
 */
import * as z from 'zod'
import { limits } from './limits.ts'
import { parseProviderCode } from './provider-code.ts'

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)
const certificate = z.base64().max(limits.certificateBytes * 2)
const time = z.iso.datetime({ offset: true })

/** Of an extended key usage. */
const oid = z.string().regex(/^[012](?:\.\d{1,40}){1,30}$/)

const anchor = z.strictObject({
  /** A CA certificate, DER in base64. */
  certificate,
  /** What it may vouch for. */
  purpose: z.enum(['content', 'timestamp', 'identity']),
  /** Extended key usages of signers it counts for (C2PA 14.4.1). Default: those that the store accepts of everybody. */
  usages: z.array(oid).max(100).optional(),
  /** It counts for nothing signed before. */
  notBefore: time.optional(),
  /** Or after. */
  notAfter: time.optional(),
})

const pin = z.strictObject({
  /** A certificate that is trusted as such, DER in base64. */
  certificate: certificate.optional(),
  /** Or a key: SHA-256 of its SubjectPublicKeyInfo, lower-case hex. */
  key: fingerprint.optional(),
  note: z.string().max(200).optional(),
})

const provider = z.strictObject({
  /** Provider code (TC260-PG-20252A), or the name that stands in the label. */
  code: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => text.length !== 27 || typeof parseProviderCode(text) !== 'string', {
      error: 'no valid provider code',
    }),
  name: z.string().max(200).optional(),
  /** `active`; `suspended` for the time being; `withdrawn` for good. */
  status: z.enum(['active', 'suspended', 'withdrawn']).default('active'),
  /** SHA-256 of the SubjectPublicKeyInfo of each key it signs labels with, lower-case hex. Empty: any key. */
  keys: z.array(fingerprint).max(1000).default([]),
  validFrom: time.optional(),
  validTo: time.optional(),
})

/** The schema of a list’s content. */
export const trustListSchema = z.strictObject({
  schema: z.literal('yinji.trust-list/1'),
  /** Who keeps the list, for machines: stays the same from edition to edition. */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
  /** Who keeps the list, for people. */
  name: z.string().min(1).max(200),
  /** Grows with every edition. */
  sequence: z.int().min(0),
  issuedAt: time,
  /** When the next edition is due. */
  nextUpdate: time,
  anchors: z.array(anchor).max(10_000).default([]),
  pins: z.array(pin).max(100_000).default([]),
  providers: z.array(provider).max(1_000_000).default([]),
})

/** A list of anchors, pins and providers. */
export type TrustList = z.output<typeof trustListSchema>
/** A list before defaults are filled in. */
export type TrustListInput = z.input<typeof trustListSchema>

/** The schema of a signed list: `payload` is the list’s JSON in base64, and the signature covers its bytes. */
export const signedListSchema = z.strictObject({
  schema: z.literal('yinji.signed-list/1'),
  payload: z.base64(),
  algorithm: z.enum(['SM3withSM2', 'ES256']),
  /** SubjectPublicKeyInfo, base64. */
  publicKey: z.base64(),
  signature: z.base64(),
})

const kept = {
  /** Where it came from, in words: a path, an address, the id of a list. */
  origin: z.string(),
  added: time,
}

/** The schema of a trust store’s file. */
export const trustStoreSchema = z.strictObject({
  schema: z.literal('yinji.trust/1'),
  anchors: z.array(z.strictObject({ ...anchor.shape, ...kept })),
  pins: z.array(z.strictObject({ ...pin.shape, ...kept })),
  providers: z.array(z.strictObject({ ...provider.shape, ...kept })),
  usages: z.array(z.strictObject({ oid, ...kept })).default([]),
  lists: z.array(z.strictObject({ list: trustListSchema, key: fingerprint, digest: fingerprint, ...kept })),
})

/** What stands in a trust store’s file. */
export type TrustEntries = z.output<typeof trustStoreSchema>
