/** For tests only: small movies with a manifest in them, signed by the text of the standard alone (C2PA 18.6, A.5). */
import { actions, forgeManifest, forgeStore, type Signed, sha256 } from '../forge.test-kit.ts'
import { exclusions } from './fragments.test-kit.ts'

const encoder = new TextEncoder()
export const manifestBox = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')

export function box(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const out = Buffer.concat([Buffer.alloc(8), ...contents])
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  return new Uint8Array(out)
}

export const media = box('mdat', encoder.encode('moving pictures, and a good number of them'))
export const parts = {
  ftyp: box('ftyp', encoder.encode('isom\0\0\0\0isom')),
  moov: box('moov', box('mvhd', new Uint8Array(20)), box('udta', box('name', encoder.encode('x')))),
}
export interface Spec {
  readonly exclusions?: readonly object[]
  readonly fields?: (media: Uint8Array) => object
  /** Boxes behind the manifest; `covered` says what of them is hashed, where it differs. */
  readonly rest?: readonly Uint8Array[]
  readonly covered?: (box: Uint8Array) => Uint8Array | undefined
  readonly label?: string
}

const held = (store: Uint8Array) =>
  box('uuid', manifestBox, new Uint8Array(4), encoder.encode('manifest\0'), new Uint8Array(8), store)

/** ftyp, manifest, then the rest; hashed as C2PA 18.6.2 says, by hand. */
export function movie({
  exclusions: left = exclusions,
  fields,
  rest = [parts.moov, media],
  covered,
  label,
}: Spec = {}): Signed {
  let store: Uint8Array = new Uint8Array(0)
  for (let pass = 0; pass < 4; pass++) {
    const uuid = held(store)
    let at = parts.ftyp.length + uuid.length
    const hashed = rest.flatMap((part) => {
      const offset = Buffer.alloc(8)
      offset.writeBigUInt64BE(BigInt(at))
      at += part.length
      const kept = covered ? covered(part) : part
      return kept ? [offset, kept] : []
    })
    const content = {
      exclusions: left,
      alg: 'sha256',
      hash: sha256(Buffer.concat(hashed)),
      ...fields?.(media),
    }
    const bound = { label: label ?? 'c2pa.hash.bmff.v3', content }
    store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
  }
  const uuid = held(store)
  return {
    bytes: new Uint8Array(Buffer.concat([parts.ftyp, uuid, ...rest])),
    found: {
      site: 'uuid',
      store,
      excluded: { start: parts.ftyp.length, length: uuid.length },
      binding: 'bmff',
    },
  }
}

export const changed = (signed: Signed, change: (bytes: Buffer) => Uint8Array): Signed => ({
  ...signed,
  bytes: change(Buffer.from(signed.bytes)),
})
