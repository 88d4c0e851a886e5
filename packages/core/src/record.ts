/**
 * The provenance record: what is said about one piece of content. One record fills every carrier, so that the field
 * of GB 45438, the IPTC properties and the signed manifest can't tell different stories.
 */
import * as z from 'zod'
import { type AigcField, writeAigc } from './aigc.ts'
import { UsageError } from './errors.ts'
import { parseProviderCode } from './provider-code.ts'

/** The ways a system can take part in making content. */
export const involvements = ['generated', 'manipulated'] as const
/** `generated`: made by the system. `manipulated`: existing content changed by it (EU AI Act art. 50(2)). */
export type Involvement = (typeof involvements)[number]

const line = z.string().trim().min(1).max(256)

/** The schema of a record; unknown fields are refused, because a typing error would go unnoticed. */
export const recordSchema = z.strictObject({
  /** How the system took part. */
  involvement: z.enum(involvements).default('generated'),
  /** The service that made the content: `ContentProducer`, `dc:publisher`. */
  provider: z.strictObject({
    /** Name people know it by. Stands in `ContentProducer` when there is no code; then ASCII, spaces become `-`. */
    name: line,
    /** 27 characters, TC260-PG-20252A; both check digits are verified. */
    code: z
      .string()
      .refine((text) => typeof parseProviderCode(text) !== 'string', { error: 'no valid provider code' })
      .optional(),
  }),
  /** The system or model: `softwareAgent`, `AISystemUsed`. */
  system: z.strictObject({ name: line, version: line.optional() }).optional(),
  /** When the content was made; ISO 8601 with zone. */
  createdAt: z.iso.datetime({ offset: true }),
  /** The provider's unique number for this content: `ProduceID`. Printable ASCII without spaces. */
  contentId: z.string().min(1).max(512),
  /** `Label` of the AIGC field. 1 is, 2 may be, 3 is suspected to be AI-generated. */
  label: z.enum(['1', '2', '3']).default('1'),
  /** The service that passes the content on; on first writing the provider itself (Annex E). */
  propagation: z.strictObject({ propagator: line, id: z.string().min(1).max(512) }).optional(),
  /** Security data (TC260-PG-202511A), empty unless signed. */
  reservedCode1: z.string().default(''),
  reservedCode2: z.string().default(''),
})

/** A complete record. */
export type ProvenanceRecord = z.output<typeof recordSchema>
/** A record before defaults are filled in. */
export type ProvenanceRecordInput = z.input<typeof recordSchema>

/** @throws UsageError naming every field that is wrong. */
export function parseRecord(input: ProvenanceRecordInput): ProvenanceRecord {
  const result = recordSchema.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'record'}: ${issue.message}`)
  throw new UsageError('usage.record.invalid', { problems: problems.join('; ') })
}

/** What stands in `ContentProducer`: the code, else the name with the spaces Annex E leaves out replaced. */
export function producerOf(provider: { readonly name: string; readonly code?: string | undefined }): string {
  return provider.code ?? provider.name.trim().replaceAll(/\s+/g, '-')
}

/** The AIGC field of a record (GB 45438-2025 Annex E). */
export function aigcOf(record: ProvenanceRecord): AigcField {
  const producer = producerOf(record.provider)
  return {
    Label: record.label,
    ContentProducer: producer,
    ProduceID: record.contentId,
    ReservedCode1: record.reservedCode1,
    ContentPropagator: record.propagation?.propagator ?? producer,
    PropagateID: record.propagation?.id ?? record.contentId,
    ReservedCode2: record.reservedCode2,
  }
}

/** The AIGC field of a record as text. @throws UsageError as the strict writer does. */
export function aigcText(record: ProvenanceRecord): string {
  return writeAigc(aigcOf(record))
}
