/** One manifest of two that differ by what was withheld from them: what either lacks is withheld (C2PA 18.16.12). */
import { readCbor } from '../encoding/cbor.ts'
import { isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { nothing, rebuilt } from './boxes.ts'

/**
 * @param withheld Absolute URIs of what later manifests say is withheld.
 * @returns undefined when they differ in anything else.
 */
export function united(a: SuperBox, b: SuperBox, withheld: ReadonlySet<string>): Uint8Array | undefined {
  const [less, other] = [without(a, b, withheld), without(b, a, withheld)]
  return less && other && Buffer.compare(less, other) === 0 ? less : undefined
}

/** A manifest without what another lacks; undefined when nobody said that this is withheld. */
function without(manifest: SuperBox, other: SuperBox, withheld: ReadonlySet<string>): Uint8Array | undefined {
  const [assertions] = childrenOf(manifest, uuids.assertionStore)
  const there = new Set(childrenOf(other, uuids.assertionStore).flatMap((box) => box.children.map(textOf)))
  if (assertions === undefined) return undefined
  const gone = assertions.children.filter(isSuperBox).filter((box) => !there.has(textOf(box)))
  const uriOf = ({ label }: SuperBox) => `self#jumbf=/c2pa/${manifest.label}/c2pa.assertions/${label}`
  if (!gone.every((box) => withheld.has(uriOf(box)))) return undefined
  const kept = rebuilt(assertions, new Map(gone.map((box) => [box, nothing])))
  return rebuilt(manifest, new Map([[assertions, kept]]))
}

const textOf = (box: SuperBox['children'][number]) =>
  isSuperBox(box) ? Buffer.from(box.bytes).toString('latin1') : ''

/** What these manifests say is withheld from others. */
export function withheldBy(manifests: readonly SuperBox[]): ReadonlySet<string> {
  const claims = manifests.flatMap((manifest) => childrenOf(manifest, uuids.claim))
  const urls = claims.flatMap(({ children }) => {
    const [content] = children
    const claim = content && !isSuperBox(content) ? readCbor(content.payload) : undefined
    const list: unknown = claim instanceof Map ? claim.get('redacted_assertions') : undefined
    return Array.isArray(list) ? list : []
  })
  return new Set(urls.filter((url) => typeof url === 'string'))
}

function childrenOf(box: SuperBox, uuid: string): SuperBox[] {
  return box.children.filter(isSuperBox).filter((child) => child.uuid === uuid)
}
