/** Soft bindings: how the content is found again without its manifest, by a watermark or a fingerprint (C2PA 18.10). */
import { bytes, type Form, list, natural, object, text } from './form.ts'
import type { NewAssertion } from './manifest.ts'
import { type Region, region } from './regions.ts'

/** What one algorithm found in the content, or put into it. */
export interface SoftBinding {
  /** A name of the C2PA’s list of algorithms, e.g. `com.adobe.trustmark.P`. */
  readonly alg: string
  readonly blocks: readonly SoftBindingBlock[]
  /** For people. */
  readonly name?: string | undefined
  /** As the algorithm has it. */
  readonly 'alg-params'?: string | Uint8Array | undefined
}

/** The value of one part of the content. */
export interface SoftBindingBlock {
  /** Which part; in milliseconds from the beginning, or a region. Default: all of it. */
  readonly scope?:
    | {
        readonly timespan?: { readonly start: number; readonly end: number } | undefined
        readonly region?: Region | undefined
      }
    | undefined
  /** As the algorithm has it; text as text, bytes as bytes. */
  readonly value: string | Uint8Array
}

const value: Form = (given, at) => (given instanceof Uint8Array ? bytes : text)(given, at)
const scope = object({}, { timespan: object({ start: natural, end: natural }), region })

export const softBinding = object(
  { alg: text, blocks: list(object({ value }, { scope }), 1) },
  { name: text, 'alg-params': value, pad: bytes, pad2: bytes },
)

export function softBindingAssertion({ blocks, ...binding }: SoftBinding): NewAssertion {
  const scoped = blocks.map(({ scope = {}, value }) => ({ scope, value }))
  return { label: 'c2pa.soft-binding', content: { pad: new Uint8Array(0), ...binding, blocks: scoped } }
}
