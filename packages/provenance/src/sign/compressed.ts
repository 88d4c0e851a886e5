/**
 * Manifests under Brotli (C2PA 11.2.4). Hashes of a compressed manifest are of what is in it, as those of c2pa-rs are; by the note in
 * 11.1.3.2 they would be of the box around it, with which c2pa-rs finds no manifest. Both bind every byte that is said, `verify/`
 * takes both, and what was hashed before it was compressed, or is unpacked later, is still found.
 */
import { brotliCompressSync, constants } from 'node:zlib'
import { encodeBox, encodeSuperBox, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { leadsFrom } from './manifest-box.ts'

/** c2pa-rs unpacks no more than this, unless it is told to. */
const most = 32 * 1024 * 1024
/** The best that Brotli can do takes thirty times as long, for some hundredths less. */
const quality = 5

/** The content of a `brob` box; the same for the same bytes. */
export function compressed(manifest: Uint8Array): Uint8Array {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: manifest.byteLength,
  }
  return brotliCompressSync(manifest, { params })
}

/** The same manifests, compressed where that makes them smaller; those that a signed manifest refers to stay as they were hashed. */
export function compressedWhereFree(manifests: readonly Uint8Array[]): readonly Uint8Array[] {
  const boxes = manifests.map(parseJumbf)
  const referred = new Set(boxes.flatMap(leadsFrom).map(({ target }) => target))
  return boxes.map((box) => (referred.has(box.label) ? box.bytes : smaller(box)))
}

function smaller({ uuid, label, bytes }: SuperBox): Uint8Array {
  if (uuid === uuids.compressedManifest || bytes.byteLength > most) return bytes
  const children = [encodeBox('brob', compressed(bytes))]
  const box = encodeSuperBox({ uuid: uuids.compressedManifest, label, children })
  return box.byteLength < bytes.byteLength ? box : bytes
}
