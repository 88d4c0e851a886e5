/** A finished manifest, taken apart as far as its writer must: what it refers to and what it withholds (C2PA 11.1.4, 18.16). */
import { brotliDecompressSync } from 'node:zlib'
import { limits } from '@yinji/core'
import { readCbor } from '../encoding/cbor.ts'
import { isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'

export function childrenOf(box: SuperBox, uuid: string): SuperBox[] {
  return box.children.filter(isSuperBox).filter((child) => child.uuid === uuid)
}

export function assertionsIn(manifest: SuperBox): SuperBox[] {
  return childrenOf(manifest, uuids.assertionStore).flatMap(({ children }) => children.filter(isSuperBox))
}

/** What is under Brotli in a compressed manifest (C2PA 11.2.4); any other as it is, as is one that can’t be unpacked. */
export function unpacked(manifest: SuperBox): SuperBox {
  const [content] = manifest.children
  if (manifest.uuid !== uuids.compressedManifest || !content || isSuperBox(content)) return manifest
  try {
    return parseJumbf(brotliDecompressSync(content.payload, { maxOutputLength: limits.manifestBytes }))
  } catch (error) {
    const known = error instanceof JumbfError || (error instanceof Error && 'code' in error)
    if (known) return manifest
    throw error
  }
}

/** An ingredient assertion that leads to a manifest. */
export interface Lead {
  /** Label of the assertion. */
  readonly assertion: string
  /** Label of the manifest it leads to. */
  readonly target: string
}

const ingredientLabel = /^c2pa\.ingredient(?:\.v[23])?(?:__\d+)?$/

export function leadsFrom(manifest: SuperBox): Lead[] {
  return assertionsIn(unpacked(manifest)).flatMap((box) => {
    const said = ingredientLabel.test(box.label) ? fieldsOf(box) : undefined
    const reference: unknown = said?.get('activeManifest') ?? said?.get('c2pa_manifest')
    const url: unknown = reference instanceof Map ? reference.get('url') : undefined
    const [, target] = (typeof url === 'string' && /^self#jumbf=\/c2pa\/([^/]+)$/.exec(url)) || []
    return target === undefined ? [] : [{ assertion: box.label, target }]
  })
}

export function claimIn(manifest: SuperBox): ReadonlyMap<unknown, unknown> | undefined {
  const [claim] = childrenOf(unpacked(manifest), uuids.claim)
  return claim && fieldsOf(claim)
}

function fieldsOf({ children: [content] }: SuperBox): ReadonlyMap<unknown, unknown> | undefined {
  const value = content && !isSuperBox(content) ? readCbor(content.payload) : undefined
  return value instanceof Map ? value : undefined
}
