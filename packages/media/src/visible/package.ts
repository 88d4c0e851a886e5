/** What the labellers of packages have in common: open, change some parts, look. */
import { finding, InputError, type Seen, type Source, splicedSource, wordings } from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { readZip, ZipDamage } from '../carriers/zip.ts'
import { replaceEntries } from '../carriers/zip-write.ts'
import { openOffice } from '../document/ooxml-properties.ts'
import { isCompound, Parts } from '../document/package.ts'
import { meetsWording } from './wording.ts'

/**
 * The package with some parts changed or added; all others are copied as they are.
 * @throws InputError `input.damaged`, `input.encrypted`, `input.signed`
 */
export async function editOffice(
  source: Source,
  change: (parts: Parts) => Promise<ReadonlyMap<string, string>>,
): Promise<Source> {
  const name = source.name ?? ''
  if (isCompound(await source.read(0, Math.min(source.size, 512))))
    throw new InputError('input.encrypted', { name })
  return editPackage(source, async (parts) => {
    const { signed } = await openOffice(parts)
    if (signed) throw new InputError('input.signed', { name })
    const texts = await change(parts)
    return new Map([...texts].map(([part, text]) => [part, binaryBytes(text)]))
  })
}

/** The same for packages of any kind. @throws InputError `input.damaged` */
export async function editPackage(
  source: Source,
  change: (parts: Parts) => Promise<ReadonlyMap<string, Uint8Array>>,
): Promise<Source> {
  try {
    const parts = new Parts(source, await readZip(source))
    const { parts: pieces } = replaceEntries(source, parts.zip, await change(parts))
    return { ...splicedSource(source, pieces), name: source.name }
  } catch (error) {
    if (!(error instanceof ZipDamage)) throw error
    throw damagedInput(source, error.message)
  }
}

/** @param find the words of the label, if there is one */
export async function lookInPackage(
  source: Source,
  find: (parts: Parts) => Promise<string | undefined>,
): Promise<Seen> {
  try {
    const text = await find(new Parts(source, await readZip(source)))
    if (text)
      return { state: 'present', text, findings: [finding('visible.text.present', { data: { text } })] }
    return { state: 'absent', findings: [finding('visible.look.absent')] }
  } catch (error) {
    if (!(error instanceof ZipDamage)) throw error
    const what = `not possible: ${error.message}`
    return { state: 'unchecked', findings: [finding('visible.look.unchecked', { data: { what } })] }
  }
}

/** What we mark as our own and somebody typed over is content. */
export function isLabel(words: string): boolean {
  return words.length <= 64 && wordings.some((wording) => meetsWording(words, wording))
}
