/** For tests only: packages with other parts in them, what they hold, and what labellers make of them. */
import {
  bytesSource,
  InputError,
  type Source,
  splicedSource,
  type VisibleLabel,
  type VisibleLabeller,
} from '@yinji/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { readEntry, readZip } from '../carriers/zip.ts'
import { replaceEntries } from '../carriers/zip-write.ts'
import { nothingElse } from '../handler.test-kit.ts'

/** Every part as text, by name. */
export async function entriesOf(source: Source): Promise<Map<string, string>> {
  const entries = new Map<string, string>()
  for (const entry of (await readZip(source)).entries.values()) {
    const bytes = await readEntry(source, entry, 1e9)
    entries.set(entry.name, Buffer.from(binaryText(bytes), 'latin1').toString())
  }
  return entries
}

/** The package with these parts changed or added. */
export async function withParts(from: Source, parts: Readonly<Record<string, string>>): Promise<Source> {
  const contents = Object.entries(parts).map(
    ([name, text]) => [name, binaryBytes(Buffer.from(text).toString('latin1'))] as const,
  )
  return splicedSource(from, replaceEntries(from, await readZip(from), new Map(contents)).parts)
}

/** A labeller of packages at work. */
export function labelling(labeller: VisibleLabeller) {
  const look = async (source: Source) => labeller.look?.(source, nothingElse)

  async function draw(source: Source, label: Partial<VisibleLabel> = {}): Promise<Source> {
    return (await labeller.apply(source, { text: 'AI生成', position: 'auto', ...label }, nothingElse)).source
  }

  /** Whatever one of its parts, or all of the file, has become, it is labelled or refused by name. */
  async function survives(whole: Source, parts: readonly string[]): Promise<void> {
    const entries = await entriesOf(whole)
    const bytes = Uint8Array.from(await whole.read(0, whole.size))
    const changes = fc.array(fc.tuple(fc.nat(8000), fc.nat(255)), { minLength: 1, maxLength: 5 })
    const attempt = async (part: string | undefined, changed: [number, number][], length: number) => {
      const value =
        part === undefined ? bytes.slice(0, length) : Buffer.from(entries.get(part) ?? expect.fail(part))
      for (const [at, byte] of changed) value[at % value.byteLength] = byte
      // A part that is replaced is stored, not deflated, and so is what changed in it.
      const mutant =
        part === undefined ? bytesSource(value) : await withParts(whole, { [part]: value.toString() })
      await look(mutant)
      const labelled = await draw(mutant).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InputError)
      })
      if (labelled) expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    }
    const part = fc.constantFrom(...parts, undefined)
    await fc.assert(fc.asyncProperty(part, changes, fc.nat(bytes.byteLength), attempt), { numRuns: 300 })
  }

  /** By name, where it is labelled; and who looks at it is told no more than can be known. */
  async function refuses(source: Source, code: string, label?: Partial<VisibleLabel>): Promise<void> {
    await expect(draw(source, label)).rejects.toMatchObject({ code })
    expect(await look(source)).toMatchObject({ state: expect.stringMatching(/unchecked|absent/) })
  }

  /** Words that say nothing, and a style that needs to know what is under it. */
  async function refusesWishes(source: Source): Promise<void> {
    await expect(draw(source, { text: '你好' })).rejects.toMatchObject({ code: 'visible.text.wording' })
    await expect(draw(source, { style: 'plain' })).rejects.toMatchObject({ code: 'visible.contrast.low' })
  }

  return { look, draw, survives, refuses, refusesWishes }
}
