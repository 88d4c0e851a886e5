/** One manifest of two that differ by what was withheld from them: what either lacks is withheld (C2PA 18.16.12.1). */
import { isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { nothing, rebuilt } from './boxes.ts'
import { assertionsIn, childrenOf, claimIn, unpacked } from './manifest-box.ts'

/**
 * @param withheld Absolute URIs of what later manifests say is withheld.
 * @returns undefined when they differ in anything else.
 */
export function united(a: SuperBox, b: SuperBox, withheld: ReadonlySet<string>): Uint8Array | undefined {
  const [less, other] = [withoutOf(a, b, withheld), withoutOf(b, a, withheld)]
  return less && other && Buffer.compare(less, other) === 0 ? less : undefined
}

/** A manifest without what another lacks; undefined when nobody said that this is withheld. */
function withoutOf(
  manifest: SuperBox,
  other: SuperBox,
  withheld: ReadonlySet<string>,
): Uint8Array | undefined {
  const [assertions] = childrenOf(other, uuids.assertionStore)
  if (assertions === undefined) return undefined
  const there = new Set(assertions.children.map(textOf))
  const gone = assertionsIn(manifest).filter((box) => !there.has(textOf(box)))
  return gone.every((box) => withheld.has(uriOf(manifest, box))) ? without(manifest, gone) : undefined
}

/** What of a manifest is withheld, and still there. */
export function leftIn(manifest: SuperBox, withheld: ReadonlySet<string>): SuperBox[] {
  return assertionsIn(unpacked(manifest)).filter((box) => withheld.has(uriOf(manifest, box)))
}

/** A manifest without some of its assertions. */
export function without(manifest: SuperBox, gone: readonly SuperBox[]): Uint8Array | undefined {
  const plain = unpacked(manifest)
  const [assertions] = childrenOf(plain, uuids.assertionStore)
  if (assertions === undefined) return undefined
  const kept = rebuilt(assertions, new Map(gone.map((box) => [box, nothing])))
  return rebuilt(plain, new Map([[assertions, kept]]))
}

const uriOf = (manifest: SuperBox, { label }: SuperBox) =>
  `self#jumbf=/c2pa/${manifest.label}/c2pa.assertions/${label}`

const textOf = (box: SuperBox['children'][number]) =>
  isSuperBox(box) ? Buffer.from(box.bytes).toString('latin1') : ''

/** What these manifests say is withheld from others. */
export function withheldBy(manifests: readonly SuperBox[]): ReadonlySet<string> {
  const urls = manifests.flatMap((manifest) => {
    const list = claimIn(manifest)?.get('redacted_assertions')
    return Array.isArray(list) ? list : []
  })
  return new Set(urls.filter((url) => typeof url === 'string'))
}
