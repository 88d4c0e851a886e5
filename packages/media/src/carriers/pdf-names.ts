/** The name tree of embedded files (ISO 32000-2 7.9.6, 7.11.4): one file comes, one goes, all others stay. */
import { limits } from '@yinji/core'
import type { PdfFile } from './pdf-file.ts'
import { listOf, PdfDamage } from './pdf-object.ts'
import type { PdfUpdate } from './pdf-update.ts'
import {
  array,
  dictionary,
  hexString,
  literal,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  reference,
  stringBytes,
  withEntries,
} from './pdf-values.ts'

const key = 'content_credential.c2pa'

/** Puts a file specification into `/Names /EmbeddedFiles`; returns the catalog that has it. */
export async function addName(
  file: PdfFile,
  update: PdfUpdate,
  catalog: PdfDictionary,
  specification: PdfReference,
): Promise<PdfDictionary> {
  return editTree(file, update, catalog, async (root) => {
    const kids = listOf(await file.resolve(root.entries.get('Kids')))
    if (kids.length > 0) return withKid(file, update, root, kids, specification)
    const names = listOf(await file.resolve(root.entries.get('Names')))
    const place = await placeIn(file, names)
    const items = [...names.slice(0, place), literal(key), specification, ...names.slice(place)]
    return withEntries(root, { Names: array(...items) })
  })
}

/** Index of the pair before which our key belongs. */
async function placeIn(file: PdfFile, names: readonly PdfValue[]): Promise<number> {
  for (let at = 0; at + 1 < names.length; at += 2)
    if ((stringBytes(await file.resolve(names[at])) ?? '') > key) return at
  return names.length - (names.length % 2)
}

/** A tree of several levels gets a leaf of its own behind the others, under a key that sorts behind theirs. */
async function withKid(
  file: PdfFile,
  update: PdfUpdate,
  root: PdfDictionary,
  kids: readonly PdfValue[],
  specification: PdfReference,
): Promise<PdfDictionary> {
  const last = await file.dictionary(kids.at(-1))
  const [, upper] = listOf(await file.resolve(last?.entries.get('Limits')))
  const greatest = stringBytes(await file.resolve(upper)) ?? ''
  const own = hexString(Buffer.from(greatest < key ? key : `${greatest} ${key}`, 'latin1'))
  const leaf = update.allocate()
  update.put(
    leaf,
    dictionary([
      ['Limits', array(own, own)],
      ['Names', array(own, specification)],
    ]),
  )
  return withEntries(root, { Kids: array(...kids, reference(leaf)) })
}

/** Takes a file specification out of the tree, where it is listed at its root; returns the catalog without it. */
export async function removeName(
  file: PdfFile,
  update: PdfUpdate,
  catalog: PdfDictionary,
  specification: PdfReference,
): Promise<PdfDictionary> {
  return editTree(file, update, catalog, (root) => without(file, update, root, specification, 0))
}

async function without(
  file: PdfFile,
  update: PdfUpdate,
  node: PdfDictionary,
  specification: PdfReference,
  depth: number,
): Promise<PdfDictionary> {
  const names = listOf(await file.resolve(node.entries.get('Names')))
  const index = names.findIndex((item) => isSame(item, specification))
  if (index > 0)
    return withEntries(node, { Names: array(...names.slice(0, index - 1), ...names.slice(index + 1)) })
  if (depth >= limits.depth) throw new PdfDamage('a name tree is nested too deeply')
  const kids = listOf(await file.resolve(node.entries.get('Kids')))
  for (const kid of kids) {
    if (kid.kind !== 'reference') continue
    const before = await file.dictionary(kid)
    const after = before && (await without(file, update, before, specification, depth + 1))
    if (after === undefined || after === before) continue
    const left = listOf(after.entries.get('Names'))
    if (left.length === 0 && !after.entries.has('Kids'))
      return withEntries(node, { Kids: array(...kids.filter((other) => other !== kid)) })
    update.put(
      kid.number,
      withEntries(after, {
        Limits: after.entries.has('Names') ? array(...bounds(left)) : after.entries.get('Limits'),
      }),
    )
    return { ...node }
  }
  return node
}

const bounds = (names: readonly PdfValue[]) =>
  [names[0], names.at(-2)].flatMap((item) => (item ? [item] : []))

function isSame(item: PdfValue, { number, generation }: PdfReference): boolean {
  return item.kind === 'reference' && item.number === number && item.generation === generation
}

/** Changes the root of the tree and whatever leads to it, made where it is missing. */
async function editTree(
  file: PdfFile,
  update: PdfUpdate,
  catalog: PdfDictionary,
  change: (root: PdfDictionary) => Promise<PdfDictionary>,
): Promise<PdfDictionary> {
  const empty = dictionary([])
  const names = catalog.entries.get('Names')
  const trees = (await file.dictionary(names)) ?? empty
  const tree = trees.entries.get('EmbeddedFiles')
  const root = await change((await file.dictionary(tree)) ?? empty)
  if (tree?.kind === 'reference') {
    update.put(tree.number, root)
    return catalog
  }
  const changed = withEntries(trees, { EmbeddedFiles: root })
  if (names?.kind !== 'reference') return withEntries(catalog, { Names: changed })
  update.put(names.number, changed)
  return catalog
}
