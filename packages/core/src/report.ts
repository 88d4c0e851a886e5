/** The report: what was found in one file, as versioned plain data. `verify --json` prints exactly this. */
import * as z from 'zod'
import { codes } from './codes/index.ts'
import { evidenceClasses } from './evidence/row.ts'
import { type Layer, layers } from './finding.ts'
import { layerStates, verdicts } from './judge.ts'

/** Name and version of the report’s shape. It grows by new fields; a change of meaning gets a new number. */
export const reportVersion = 'yinji.report/1'

const findingSchema = z.object({
  code: z.enum(Object.keys(codes) as [keyof typeof codes, ...(keyof typeof codes)[]]),
  level: z.enum(['pass', 'info', 'warning', 'error', 'unchecked', 'fault']),
  layer: z.enum(layers),
  at: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
})

const reportedLayers = layers.filter((layer) => layer !== 'asset')

/** The schema of a report. */
export const reportSchema = z.object({
  schema: z.literal(reportVersion),
  asset: z.object({
    name: z.string().nullable(),
    bytes: z.number().int(),
    /** Lower-case hex. */
    sha256: z.string(),
    mediaType: z.string().nullable(),
    handler: z.string().nullable(),
  }),
  verdict: z.enum(verdicts),
  /** What the labels claim, strongest evidence first; null when nothing claims anything. */
  origin: z
    .object({
      /** `generated`, `manipulated`, `possible`, `suspected`, `capture`, or `declared` when only a label says AI. */
      involvement: z.enum(['generated', 'manipulated', 'declared', 'possible', 'suspected', 'capture']),
      /** Which layer says so. */
      evidence: z.enum(['manifest', 'metadata', 'visible']),
      provider: z.string().nullable(),
      system: z.string().nullable(),
      createdAt: z.string().nullable(),
      contentId: z.string().nullable(),
    })
    .nullable(),
  /** Every sign of AI origin, strongest class first. Reports from before 0.2 have none. */
  evidence: z
    .array(
      z.object({
        /** Row of the evidence table. */
        id: z.string(),
        /** `A` signed, `B` declared, `C` trace of a tool, `D` hint. */
        class: z.enum(evidenceClasses),
        /** Container path of the sign. */
        at: z.string().nullable(),
        /** Who leaves it. */
        tool: z.string(),
      }),
    )
    .default([]),
  layers: z.record(z.enum(reportedLayers as [Layer, ...Layer[]]), z.enum(layerStates)),
  /** The AIGC field as it was read. */
  label: z.record(z.string(), z.string()).nullable(),
  signer: z
    .object({
      subject: z.string(),
      /** O of the subject: who people know the signer as. */
      organization: z.string().nullable(),
      issuer: z.string(),
      /** ISO 8601. */
      notAfter: z.string(),
      /** The 27-character code in the certificate. */
      providerCode: z.string().nullable(),
      algorithm: z.string(),
      trust: z.enum(['trusted', 'untrusted', 'invalid', 'unchecked']),
    })
    .nullable(),
  /**
   * Who else stands behind the content: identity assertions (CAWG) of the manifests that speak of it, in their order. Reports from
   * before 0.2 have none.
   */
  identities: z
    .array(
      z.object({
        /** JUMBF URI of the assertion. */
        assertion: z.string(),
        /** `sig_type`: how it is signed, e.g. `cawg.x509.cose`. */
        type: z.string(),
        /** Who: as the certificate or the aggregator has it. Not proved unless `trust` says so. */
        name: z.string().nullable(),
        /** Who says so: the issuer of the certificate, or the DID of the aggregator. */
        issuer: z.string().nullable(),
        /** What they say they did, e.g. `cawg.creator`. */
        roles: z.array(z.string()),
        /** Labels of the assertions that they signed. */
        signed: z.array(z.string()),
        /** By a trusted time stamp, ISO 8601. */
        signedAt: z.string().nullable(),
        trust: z.enum(['trusted', 'untrusted', 'invalid', 'unchecked']),
        /** Why it is not trusted. */
        reason: z.string().nullable(),
        /** What an aggregator verified: accounts, documents, affiliations (`verifiedIdentities`). */
        verified: z.array(
          z.object({
            type: z.string(),
            name: z.string().nullable(),
            uri: z.string().nullable(),
            provider: z.string().nullable(),
            verifiedAt: z.string().nullable(),
          }),
        ),
      }),
    )
    .default([]),
  /** Oldest first: one entry for each action of each manifest. */
  history: z.array(
    z.object({
      action: z.string(),
      when: z.string().nullable(),
      by: z.string().nullable(),
      digitalSourceType: z.string().nullable(),
      manifest: z.string(),
    }),
  ),
  findings: z.array(findingSchema),
})

/** Everything that was found out about one file. */
export type Report = z.infer<typeof reportSchema>
/** One action of one manifest. */
export type HistoryEntry = Report['history'][number]
/** Who signed the active manifest, and whether that holds. */
export type SignerReport = NonNullable<Report['signer']>
/** Who else stands behind the content, and whether that holds. */
export type IdentityReport = Report['identities'][number]
/** What a file claims about how it came to be. */
export type OriginReport = NonNullable<Report['origin']>

/** The schema of the report as JSON Schema (2020-12). */
export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema)
}
