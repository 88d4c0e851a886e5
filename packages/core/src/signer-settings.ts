/** Where the key of an identity is and what its signatures carry, as its config.json says it: `signer`, `timestamp`, `staple`. */
import * as z from 'zod'

const seconds = z.number().positive().max(600).optional()
const chain = z.string().min(1).default('signer.pem')

/** The kinds of signers. Paths are relative to the directory of the identity. */
export const signerSettingsSchema = z.discriminatedUnion('kind', [
  /** A key file, PEM, encrypted or not. */
  z.strictObject({ kind: z.literal('file'), key: z.string().min(1).default('signer.key'), chain }),
  /** A PKCS #12 container with key and certificates. */
  z.strictObject({ kind: z.literal('pkcs12'), file: z.string().min(1) }),
  /** A program that signs: bytes or their digest on its standard input, the signature on its standard output. */
  z.strictObject({
    kind: z.literal('command'),
    command: z.array(z.string()).min(1),
    input: z.enum(['bytes', 'digest']).optional(),
    timeoutSeconds: seconds,
    chain,
  }),
  /** A service that signs. `headersFile` holds a JSON object of headers, so that no secret stands in config.json. */
  z.strictObject({
    kind: z.literal('http'),
    url: z.string().min(1),
    headersFile: z.string().min(1).optional(),
    timeoutSeconds: seconds,
    chain,
  }),
])
/** Where the key is and how to sign with it. */
export type SignerSettings = z.infer<typeof signerSettingsSchema>

/** The time-stamp authority that stamps each signature. */
export const timestampSettingsSchema = z.strictObject({
  url: z.string().min(1),
  policy: z.string().optional(),
  /** Bytes. */
  reserve: z.number().int().min(1000).max(100_000).optional(),
  timeoutSeconds: seconds,
  /** One request for many signatures, see `batched` of @yinji/provenance. */
  batch: z
    .strictObject({
      seconds: z.number().min(0).max(60).optional(),
      most: z.number().int().min(2).max(100_000).optional(),
    })
    .optional(),
})
/** A time-stamp authority to ask. */
export type TimestampSettings = z.infer<typeof timestampSettingsSchema>

/** How an identity signs. */
export const signingSettingsSchema = z.object({
  signer: signerSettingsSchema,
  timestamp: timestampSettingsSchema.optional(),
  /** Whether signatures carry the authority’s word that their certificate is good (C2PA 14.5.2). Default false. */
  staple: z.boolean().optional(),
})
