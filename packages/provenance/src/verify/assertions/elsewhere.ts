/** What an action names in other manifests of the store (C2PA 15.10.3.2.3, 18.15.4.7), looked up once however often it is named. */
import { readCbor } from '../../encoding/cbor.ts'
import { readClaim } from '../claim.ts'
import { isFields } from '../fields.ts'
import { type Relationship, relationshipOf } from '../ingredients/ingredient.ts'
import type { Manifest, Node, Store } from '../store.ts'
import { baseLabel, ownLabel, parseUri } from '../uri.ts'

const isIngredient = /^c2pa\.ingredient(?:\.v[23])?$/

export class Elsewhere {
  readonly #store: Pick<Store, 'manifests'>
  readonly #related = new Map<Node, Relationship | undefined>()
  readonly #listed = new Map<Manifest, ReadonlySet<string | undefined>>()

  constructor(store: Pick<Store, 'manifests'>) {
    this.#store = store
  }

  /** How the ingredient is related that this URI leads to; undefined when it leads to none. */
  relationshipAt(url: string): Relationship | undefined {
    const [manifest, label] = this.#resolve(url)
    const node = manifest?.assertions.get(label)
    if (node === undefined || !isIngredient.test(baseLabel(label))) return undefined
    if (!this.#related.has(node)) {
      const fields = readCbor(node.contents[0]?.data ?? new Uint8Array())
      this.#related.set(node, isFields(fields) ? relationshipOf(fields) : undefined)
    }
    return this.#related.get(node)
  }

  /** Whether there is such an assertion, or was, before it was taken out. */
  knows(url: string): boolean {
    const [manifest, label] = this.#resolve(url)
    if (manifest === undefined) return false
    const { path = [] } = parseUri(url) ?? {}
    return (
      manifest.others.has(path.join('/')) || manifest.assertions.has(label) || this.#lists(manifest, label)
    )
  }

  #resolve(url: string): [Manifest | undefined, string] {
    const manifest = this.#store.manifests.get(parseUri(url)?.manifest ?? '')
    return [manifest, (manifest && ownLabel(url, manifest.label)) ?? '']
  }

  #lists(manifest: Manifest, label: string): boolean {
    const known = this.#listed.get(manifest) ?? listedIn(manifest)
    this.#listed.set(manifest, known)
    return known.has(label)
  }
}

/** Labels of the assertions its claim lists; none where the claim can't be read. */
function listedIn({ label, claims }: Manifest): ReadonlySet<string | undefined> {
  const [node] = claims
  const version = node?.label === 'c2pa.claim' ? 1 : 2
  const claim = readClaim(readCbor(node?.contents[0]?.data ?? new Uint8Array()), version)
  return new Set(typeof claim === 'string' ? [] : claim.assertions.map(({ url }) => ownLabel(url, label)))
}
