/** Another label for a manifest whose own is taken by another one (C2PA 8.2). */
import { encodeBox, hashedPart, parseJumbf, type SuperBox } from '../encoding/jumbf.ts'
import { compressed } from './compressed.ts'
import { unpacked } from './manifest-box.ts'

/** The one reason that C2PA 8.2 lists: a conflict with another manifest. */
const conflict = 1

/** The software has its place in the label; before C2PA 2.0 it stood in front: `acme:urn:uuid:…`. */
const named = /^urn:c2pa:[^:]*:|^[^:]+:urn:uuid:/

/** `urn:c2pa:…` becomes `urn:c2pa:…::1_1`, that `…::2_1`: the first one that is free. */
export function nextLabel(label: string, taken: ReadonlySet<string>): string {
  const [, own = label, before = '0'] = /^(.*):(\d{1,9})_\d+$/s.exec(label) ?? []
  const start = named.test(own) || own.endsWith(':') ? own : `${own}:`
  for (let version = Number(before) + 1; ; version++) {
    const next = `${start}:${version}_${conflict}`
    if (!taken.has(next)) return next
  }
}

/** The manifest under another label; all else stays byte for byte, so where it names itself it has the old one. */
export function relabelled(manifest: SuperBox, label: string): SuperBox {
  const plain = unpacked(manifest)
  const renamed = withLabel(plain, label, bodyOf(plain).children)
  if (plain === manifest) return parseJumbf(renamed)
  return parseJumbf(withLabel(manifest, label, encodeBox('brob', compressed(renamed))))
}

/** The description box is type, toggles, label and what else there is (ISO 19566-5, 5.3). */
function withLabel(box: SuperBox, label: string, children: Uint8Array): Uint8Array {
  const { description } = bodyOf(box)
  const rest = description.subarray(17 + Buffer.byteLength(`${box.label}\0`))
  const renamed = encodeBox('jumd', description.subarray(0, 17), Buffer.from(`${label}\0`), rest)
  return encodeBox('jumb', renamed, children)
}

function bodyOf(box: SuperBox): { description: Uint8Array; children: Uint8Array } {
  const body = hashedPart(box)
  const [first] = box.children
  const end = first ? first.offset - box.offset - box.headerLength : body.byteLength
  const header = Buffer.from(body.buffer, body.byteOffset).readUInt32BE(0) === 1 ? 16 : 8
  return { description: body.subarray(header, end), children: body.subarray(end) }
}
