/**
 * What every format has to survive: changed bytes, absurd lengths, missing ends. Whatever a file has become, reading it
 * tells instead of throwing, and labelling refuses it by name or leaves exactly one label and the manifest behind, and the
 * content as it was.
 */
import {
  bytes as bytesPart,
  bytesSource,
  type Edit,
  InputError,
  type MediaHandler,
  splicedSource,
} from '@yinji/core'
import { defaultHandlers } from '@yinji/toolkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absurd } from '../helpers/absurd.ts'
import { fixtureBytes, fixtures } from '../helpers/fixtures.ts'

const aigc =
  '{"Label":"1","ContentProducer":"Acme","ProduceID":"x","ReservedCode1":"","ContentPropagator":"Acme","PropagateID":"x","ReservedCode2":""}'
const xmp = {
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  createDate: '2026-11-20T08:00:00Z',
  publisher: 'Acme',
  documentId: 'x',
}
/** A description says that it is a manifest store; JPEG XL keeps stores as bare boxes and looks. */
const description = '0000001e6a756d6463327061001100108000 00aa00389b71036332706100'.replaceAll(' ', '')
const store = Buffer.alloc(777, 7)
store.write('jumb', 4)
store.write(description, 8, 'hex')
store.writeUInt32BE(store.length)
store.write('\0\0\x02\xe3free', 38, 'latin1')

/** Mutants of each format, shared among its files; `npm run fuzz` draws other ones. */
const runs = 10_000
/** Files up to this size are cut at every byte, larger ones at so many places. */
const cuts = 4096

/** The tests of the formats whose name the filter takes. */
export function hostileTests(takes: (handler: MediaHandler) => boolean): void {
  const handlers = new Map(defaultHandlers.filter(takes).map((handler) => [handler.id, handler]))
  const samples = fixtures().filter(
    ({ verdict, handler }) => verdict === 'unlabeled' && handlers.has(handler),
  )
  describe.each(samples)('$path', ({ path, handler: id }) => {
    const handler = handlers.get(id) as MediaHandler
    const original = Uint8Array.from(fixtureBytes(path))

    test('survives changes anywhere, plain and labelled', { timeout: 300_000 }, async () => {
      const labelled = handler.instead === undefined ? await splice(handler, original, path) : original
      const size = Math.max(original.length, labelled.length)
      const change = fc.tuple(fc.nat(size - 1), fc.oneof(fc.nat(255), fc.constantFrom(...absurd)))
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.array(change, { maxLength: 4 }),
          fc.option(fc.nat(size), { freq: 4 }),
          async (which, changes, length) => {
            const mutant = (which ? labelled : original).slice(0, length ?? size)
            for (const [at, value] of changes) mutate(mutant, at, value)
            await survive(handler, mutant, path)
          },
        ),
        { numRuns: Math.ceil(runs / samples.filter((one) => one.handler === id).length) },
      )
    })

    test('survives being cut anywhere', { timeout: 300_000 }, async () => {
      const step = Math.max(1, Math.ceil(original.length / cuts))
      for (let length = 0; length < original.length; length += step)
        await survive(handler, original.subarray(0, length), path)
    })
  })
}

function mutate(mutant: Uint8Array, at: number, value: number | string): void {
  if (at >= mutant.length) return
  if (typeof value === 'number') mutant[at] = value
  else mutant.set(Buffer.from(value, 'hex').subarray(0, mutant.length - at), at)
}

async function survive(handler: MediaHandler, mutant: Uint8Array, name: string): Promise<void> {
  await handler.read(bytesSource(mutant, name))
  if (handler.instead !== undefined) return
  const content = await contentOf(handler, mutant, name)
  let labelled: Uint8Array
  try {
    labelled = await splice(handler, mutant, name)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return
  }
  const { labels, manifest } = await handler.read(bytesSource(labelled, name))
  const after = content && (await contentOf(handler, labelled, name))
  if (content) expect(after && Buffer.compare(after, content)).toBe(0)
  if (handler.slots.aigc !== undefined) expect(labels).toMatchObject([{ standard: true }])
  if (handler.slots.manifest !== undefined) expect(manifest && Buffer.compare(manifest.store, store)).toBe(0)
}

/** What it says is the content is the same before and after; undefined where it refuses to say. */
async function contentOf(handler: MediaHandler, file: Uint8Array, name: string): Promise<Buffer | undefined> {
  try {
    const source = bytesSource(file, name)
    const media = splicedSource(source, (await handler.content?.(source)) ?? [])
    return Buffer.from(await media.read(0, media.size))
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

async function splice(handler: MediaHandler, file: Uint8Array, name: string): Promise<Uint8Array> {
  const edit: Edit = {
    ...(handler.slots.aigc === undefined ? {} : { aigc }),
    ...(handler.slots.xmp === undefined ? {} : { xmp }),
    room: handler.slots.manifest === undefined ? 0 : store.byteLength,
  }
  const source = bytesSource(file, name)
  const { parts } = await handler.splice(source, edit)
  const filled = parts.map((part) => (part.kind === 'room' ? bytesPart(part.embed(store)) : part))
  const labelled = splicedSource(source, filled)
  return Uint8Array.from(await labelled.read(0, labelled.size))
}
