/** A manifest store as it is built, box by box, for people: `inspect --manifest`. */
import { readCbor } from '../encoding/cbor.ts'
import { isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { unpacked } from '../sign/manifest-box.ts'
import { readCose } from '../verify/signature/cose-signature.ts'
import { baseLabel } from '../verify/uri.ts'
import { certificateInfo } from './certificate-info.ts'
import { identityJson } from './identity.ts'
import { type Json, toJson } from './json.ts'

/** A box of a store. */
export interface StoreBox {
  /** What it is: `manifest`, `assertionStore`, `cbor`, …; its UUID when nobody knows it. */
  readonly type: string
  /** Null for content boxes, which have none. */
  readonly label: string | null
  /** With its header. */
  readonly bytes: number
  /** Where it starts in the store. */
  readonly offset: number
  /** It has a salt, so that what it held can't be guessed from its hash (C2PA 8.4.2.3). */
  readonly salted: boolean
  /** What it holds, where that can be said in JSON. */
  readonly content: Json | undefined
  readonly boxes: readonly StoreBox[]
}

const names: ReadonlyMap<string, string> = new Map(Object.entries(uuids).map(([name, uuid]) => [uuid, name]))

/** The boxes of a store (C2PA 11.1), or, as a text, what is wrong with it. Never throws. */
export function dumpStore(store: Uint8Array): StoreBox | string {
  try {
    return dump(parseJumbf(store))
  } catch (error) {
    if (error instanceof JumbfError) return error.message
    throw error
  }
}

/**
 * The certificates, DER, that each manifest of a store is signed with, leaf first, by the manifest’s label. Nothing is checked.
 * Never throws.
 */
export function signersIn(
  store: Uint8Array,
): readonly { readonly at: string; readonly chain: readonly Uint8Array[] }[] {
  try {
    return parseJumbf(store)
      .children.filter(isSuperBox)
      .flatMap((manifest) => {
        const box = unpacked(manifest)
          .children.filter(isSuperBox)
          .find(({ uuid }) => uuid === uuids.signature)
        const content = box?.children.find((child) => !isSuperBox(child))
        const cose = content && !isSuperBox(content) ? readCose(content.payload) : 'no signature'
        return typeof cose === 'string' ? [] : [{ at: manifest.label ?? '', chain: cose.chain }]
      })
  } catch (error) {
    if (error instanceof JumbfError) return []
    throw error
  }
}

function dump(box: SuperBox): StoreBox {
  return {
    type: names.get(box.uuid) ?? box.uuid,
    label: box.label,
    bytes: box.bytes.byteLength,
    offset: box.offset,
    salted: box.salt !== undefined,
    content: undefined,
    boxes: box.children.map((child) =>
      isSuperBox(child)
        ? dump(child)
        : {
            type: child.type,
            label: null,
            bytes: child.payload.byteLength + 8,
            offset: child.offset,
            salted: false,
            content: contentOf(child.type, child.payload, box),
            boxes: [],
          },
    ),
  }
}

function contentOf(type: string, payload: Uint8Array, { uuid, label }: SuperBox): Json | undefined {
  if (type === 'cbor' && uuid === uuids.signature) return signatureFacts(payload)
  if (type === 'cbor' && baseLabel(label ?? '') === 'cawg.identity') return identityJson(readCbor(payload))
  if (type === 'cbor') return toJson(readCbor(payload))
  if (type === 'bfdb') return Buffer.from(payload.subarray(1)).toString('utf8').split('\0')[0]
  if (type !== 'json') return undefined
  const text = Buffer.from(payload).toString('utf8')
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function signatureFacts(payload: Uint8Array): Json {
  const cose = readCose(payload)
  if (typeof cose === 'string') return cose
  return {
    algorithm: toJson(cose.algorithm),
    certificates: cose.chain.map((der) => certificateInfo(der) ?? toJson(der)),
    timeStamp: cose.stamps.length > 0,
    signature: toJson(cose.signature),
  }
}
