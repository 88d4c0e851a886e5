/** Manifests in text and Ogg, found by the specification alone (C2PA A.3.5, A.7 HTML, A.8 plain text, A.9 structured text). */

export interface Container {
  readonly store: Uint8Array
  /** Bytes, in the file as it stands. */
  readonly start: number
  readonly length: number
}

/** A.8: U+FEFF and variation selectors that spell `C2PATXT`, version 1, a length and a store. */
export function findTextWrappers(bytes: Uint8Array): Container[] {
  const text = Buffer.from(bytes).toString('utf8')
  const found: Container[] = []
  for (let at = text.indexOf('\ufeff'); at >= 0; at = text.indexOf('\ufeff', at + 1)) {
    const values: number[] = []
    let end = at + 1
    for (let value = selectorValue(text, end); value >= 0; value = selectorValue(text, end)) {
      values.push(value)
      end += value < 16 ? 1 : 2
    }
    const wrapper = Buffer.from(values)
    if (wrapper.toString('latin1', 0, 9) !== 'C2PATXT\0\u0001' || wrapper.length < 13) continue
    const size = wrapper.readUInt32BE(9)
    if (wrapper.length < 13 + size) continue
    const start = Buffer.byteLength(text.slice(0, at))
    const length = Buffer.byteLength(text.slice(at, end))
    found.push({ store: wrapper.subarray(13, 13 + size), start, length })
  }
  return found
}

function selectorValue(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0
  if (point >= 0xfe00 && point <= 0xfe0f) return point - 0xfe00
  return point >= 0xe0100 && point <= 0xe01ef ? point - 0xe0100 + 16 : -1
}

/** A.7: `<script type="application/c2pa">` in the head of an HTML file. */
export function findScripts(bytes: Uint8Array): Container[] {
  const text = Buffer.from(bytes).toString('latin1')
  const head = /<head[\s>][\s\S]*?<\/head>/i.exec(text)
  const scripts =
    head?.[0].matchAll(/<script[^>]*type=["']application\/c2pa["'][^>]*>([\s\S]*?)<\/script>/gi) ?? []
  return [...scripts].map((script) => ({
    store: Buffer.from((script[1] ?? '').trim(), 'base64'),
    start: (head?.index ?? 0) + script.index,
    length: script[0].length,
  }))
}

/** A.9: whole lines from the one with the BEGIN to the one with the END delimiter, with the line end (A.9.4). */
export function findArmour(bytes: Uint8Array): Container[] {
  const text = Buffer.from(bytes).toString('latin1')
  const blocks = text.matchAll(
    /-----BEGIN C2PA MANIFEST-----\s*data:application\/c2pa;base64,(\S+)\s*-----END C2PA MANIFEST-----/g,
  )
  return [...blocks].map((block) => {
    const lineEnd = text.indexOf('\n', block.index + block[0].length)
    const end = lineEnd < 0 ? text.length : lineEnd + 1
    const lineStart = text.lastIndexOf('\n', block.index) + 1
    const last = lineEnd < 0 && lineStart > 0 // a last line is taken out with the line end before it
    const start = last ? lineStart - (text[lineStart - 2] === '\r' ? 2 : 1) : lineStart
    return { store: Buffer.from(block[1] ?? '', 'base64'), start, length: end - start }
  })
}

/** A.3.5: the stream whose first packet begins with `\0c2pa`, over pages that stand together (RFC 3533, 6). */
export function findOggStreams(bytes: Uint8Array): Container[] {
  const file = Buffer.from(bytes)
  const found = new Map<number, { start: number; end: number; packet: Buffer[] }>()
  for (let at = 0; file.toString('latin1', at, at + 4) === 'OggS'; ) {
    const data = at + 27 + (file[at + 26] ?? 0)
    const end = file.subarray(at + 27, data).reduce((sum, length) => sum + length, data)
    const serial = file.readUInt32LE(at + 14)
    const begins = file.toString('latin1', data, data + 5) === '\0c2pa'
    if (begins) found.set(serial, { start: at, end, packet: [file.subarray(data + 5, end)] })
    else {
      const stream = found.get(serial)
      if (stream) found.set(serial, { ...stream, end, packet: [...stream.packet, file.subarray(data, end)] })
    }
    at = end
  }
  return [...found.values()].map(({ start, end, packet }) => ({
    store: Buffer.concat(packet),
    start,
    length: end - start,
  }))
}
