/** How the parts of an Office package lead to one another: relationships (ISO/IEC 29500-2 6.5). */
import type { Xml } from '../carriers/xml.ts'
import type { Parts } from './package.ts'
import { append, applyEdits, attributeOf, elementsOf, prefixOf, requireElement } from './xml-edit.ts'

export interface Relationship {
  readonly id: string
  /** A URI; its last step tells what the target is, in Transitional and in Strict. */
  readonly type: string
  /** Name of a part. */
  readonly target: string
}

/** @param part whose relationships they are; empty for those of the package. @throws ZipDamage */
export async function relationshipsOf(parts: Parts, part: string): Promise<readonly Relationship[]> {
  const name = relationshipsPart(part)
  if (!parts.has(name)) return []
  const xml = await parts.sound(name)
  return elementsOf(xml, 'Relationship')
    .filter((element) => attributeOf(xml, element, 'TargetMode') !== 'External')
    .map((element) => ({
      id: attributeOf(xml, element, 'Id') ?? '',
      type: attributeOf(xml, element, 'Type') ?? '',
      target: resolved(part, attributeOf(xml, element, 'Target') ?? ''),
    }))
}

/** The part that everything else hangs on, such as `word/document.xml`. @throws ZipDamage */
export async function mainPart(parts: Parts, usual: string): Promise<string> {
  const all = await relationshipsOf(parts, '')
  return all.find(({ type }) => type.endsWith('/officeDocument'))?.target ?? usual
}

export function relationshipsPart(part: string): string {
  const slash = part.lastIndexOf('/') + 1
  return `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`
}

/** Another relationship in a part of them; its id. */
export function withRelationship(xml: Xml, type: string, target: string): { id: string; text: string } {
  const ids = new Set(elementsOf(xml, 'Relationship').map((element) => attributeOf(xml, element, 'Id')))
  let id = 'rIdAILabel'
  for (let next = 2; ids.has(id); next++) id = `rIdAILabel${next}`
  const root = requireElement(xml, 'Relationships')
  const markup = `<${prefixOf(root)}Relationship Id="${id}" Type="${type}" Target="/${target}"/>`
  return { id, text: applyEdits(xml.text, [append(xml, root, markup)]) }
}

/** The part that a path in another part leads to. */
export function resolved(part: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const steps = part.split('/').slice(0, -1)
  for (const step of target.split('/'))
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  return steps.join('/')
}
