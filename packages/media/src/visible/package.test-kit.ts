/** For tests only: packages with other parts in them, and what they hold. */
import { type Source, splicedSource } from '@yinji/core'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { readEntry, readZip } from '../carriers/zip.ts'
import { replaceEntries } from '../carriers/zip-write.ts'

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
