/** For tests only: a handler at work on bytes, with labels as the toolkit asks for them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  bytes,
  bytesSource,
  type Edit,
  InputError,
  type MediaHandler,
  type Part,
  readAigc,
  type Source,
  splicedSource,
  type VisibleContext,
  type XmpEdit,
} from '@yinji/core'
import fc from 'fast-check'
import { expect } from 'vitest'

/** A field with every character that one format or another has to escape. */
export const aigc =
  '{"Label":"1","ContentProducer":"001191440101MA9Y9T4H7A00000","ProduceID":"a<b>&\'c\'(d)\\"e","ReservedCode1":"{\\"x\\":1}","ContentPropagator":"001191440101MA9Y9T4H7A00000","PropagateID":"x-1","ReservedCode2":""}'
export const xmp: XmpEdit = {
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  systemUsed: 'Painter',
  systemVersionUsed: '2.1-b',
  createDate: '2026-11-20T08:00:00Z',
  publisher: '印记',
  documentId: 'doc-1',
}

/** The field of an earlier label. */
export const oldField = '{"Label":"1","ProduceID":"old"}'
/** An XMP packet of another program: with a field, written as it is given, and a property to keep. */
export const foreignPacket = (field = oldField) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:k="urn:k" k:eep="1"><TC260:AIGC>${field}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>`

export const fixture = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../fixtures', name)))

/** For labellers that draw without programs and files. */
export const nothingElse: VisibleContext = {
  temporaryDirectory: () => Promise.reject(new Error('not needed')),
  pathOf: () => Promise.reject(new Error('not needed')),
}

/** What the parts of a file make, with a store in the room that is left for one. */
export function filled(source: Source, parts: readonly Part[], store: Uint8Array): Source {
  const full = parts.map((part) => {
    if (part.kind !== 'room') return part
    const embedded = part.embed(store)
    if (store.byteLength === 0 || embedded.byteLength !== part.length)
      throw new Error(`a room of ${part.length} bytes for ${embedded.byteLength}`)
    return bytes(embedded)
  })
  return splicedSource(source, full)
}

interface Harm {
  readonly runs: number
  /** Bytes from the beginning that may change; without it, all of them. */
  readonly within?: number
  /** What they change to; without it, anything. */
  readonly values?: Uint8Array
  readonly edit?: Edit
}

/** @param store takes the place of a manifest; longer than the head of a file, and uneven. */
export function handling(
  handler: MediaHandler,
  store: Uint8Array = Uint8Array.from({ length: 5001 }, (_, index) => index % 251),
) {
  /** As much as the format has a place for. */
  const everything: Edit = { aigc, xmp, room: handler.slots.manifest ? store.byteLength : 0 }
  const read = (file: Uint8Array) => handler.read(bytesSource(file))

  async function splice(file: Uint8Array, edit: Edit = everything): Promise<Uint8Array> {
    const source = bytesSource(file)
    const { parts } = await handler.splice(source, edit)
    const out = filled(source, parts, store.subarray(0, edit.room))
    return Uint8Array.from(await out.read(0, out.size))
  }

  /** Cut off or changed anywhere, a file is read without an exception, and refused or labelled exactly once. */
  async function survives(whole: Uint8Array, harm: Harm): Promise<void> {
    const { runs, within = whole.byteLength, values, edit = everything } = harm
    const value = values ? fc.constantFrom(...values) : fc.nat(255)
    const changes = fc.array(fc.tuple(fc.nat(within - 1), value), { minLength: 1, maxLength: 6 })
    const end = fc.option(fc.oneof(fc.nat(whole.byteLength), fc.nat(within)), { freq: 1 })
    const attempt = async (changed: [number, number][], length: number | null) => {
      const mutant = whole.slice(0, length ?? whole.byteLength)
      for (const [at, byte] of changed) if (at < mutant.byteLength) mutant[at] = byte
      handler.matches(mutant)
      for (const { value } of (await read(mutant)).labels)
        if (typeof value === 'string') readAigc(value, 'here')
      const labelled = await splice(mutant, edit).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InputError)
      })
      if (!labelled) return
      const { labels, manifest } = await read(labelled)
      expect(labels).toMatchObject([{ standard: true, value: aigc }])
      if (edit.room > 0) expect(Buffer.from(store).equals(manifest?.store ?? new Uint8Array())).toBe(true)
    }
    await fc.assert(fc.asyncProperty(changes, end, attempt), { numRuns: runs })
  }

  return {
    store,
    everything,
    read,
    splice,
    survives,
    /** With the field alone. */
    labelled: (file: Uint8Array, field = aigc) => splice(file, { aigc: field, room: 0 }),
    codes: async (file: Uint8Array) => (await read(file)).findings.map(({ code }) => code),
  }
}
