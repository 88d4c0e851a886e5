/** For tests only: pictures in boxes, made item by item, and what their items hold (ISO/IEC 23008-12). */
import { bytesSource, concat } from '@yinji/core'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { makeBox, noFlags, u32, walkBoxes } from '../carriers/bmff.ts'
import { type Extent, type Location, writeLocations } from '../carriers/heif-locations.ts'
import { loadHeif } from '../carriers/heif-meta.ts'
import { foreignPacket, oldField } from '../handler.test-kit.ts'

export const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff)
export const oldPacket = binaryBytes(foreignPacket(oldField.replaceAll('"', '&quot;')))
export interface Entry {
  readonly type: string
  readonly mime?: string
  readonly data: Uint8Array
  readonly where?: 'mdat' | 'idat' | 'pieces'
  /** Numbers of the items this one describes, from 1. */
  readonly describes?: readonly number[]
  /** Numbers of the items its bytes come from. */
  readonly madeOf?: readonly number[]
}

interface Form {
  readonly version?: number
  readonly wide?: boolean
  readonly extra?: readonly Uint8Array[]
  readonly indexSize?: number
  readonly locate?: (locations: Location[]) => Location[]
}

export const picture: Entry = { type: 'hvc1', data: binaryBytes('the first picture') }
export const second: Entry = { type: 'hvc1', data: binaryBytes('another picture') }
export const packet = (data: Uint8Array, more: Partial<Entry> = {}): Entry => ({
  type: 'mime',
  mime: 'application/rdf+xml\0',
  data,
  describes: [1],
  ...more,
})

/** A file with these items, numbered from 1; the first is the main one. */
export function heif(entries: readonly Entry[], form: Form = {}): Uint8Array {
  const { version = 1, wide = false, extra = [], indexSize = 0, locate = (same) => same } = form
  const ftyp = makeBox('ftyp', binaryBytes('heic\0\0\0\0mif1heic'))
  const ids = version < 2 ? u16 : u32
  const infe = entries.map(({ type, mime = '' }, index) =>
    makeBox(
      'infe',
      Uint8Array.of(version < 2 ? 2 : 3, 0, 0, 0),
      ids(index + 1),
      u16(0),
      binaryBytes(`${type}\0${mime}`),
    ),
  )
  const references = entries.flatMap(({ describes = [], madeOf = [] }, index) => [
    ...describes.map((to) => makeBox('cdsc', ids(index + 1), u16(1), ids(to))),
    ...(madeOf.length > 0 ? [makeBox('iloc', ids(index + 1), u16(madeOf.length), ...madeOf.map(ids))] : []),
  ])
  const build = (from: number) => {
    let [media, inner] = [from, 0]
    const pieces: Uint8Array[] = []
    const idat: Uint8Array[] = []
    const locations = entries.map(({ data, where = 'mdat' }, index): Location => {
      const extents: Extent[] = []
      const halves = where === 'pieces' ? [data.subarray(0, 9), data.subarray(9)] : [data]
      for (const half of halves) {
        const length = half.byteLength
        if (where === 'idat') idat.push(half)
        else pieces.push(half, binaryBytes('-'))
        extents.push({ index: 0, offset: where === 'idat' ? inner : media, length })
        if (where === 'idat') inner += length
        else media += length + 1
      }
      return { id: index + 1, method: where === 'idat' ? 1 : 0, elsewhere: 0, extents }
    })
    const meta = makeBox(
      'meta',
      noFlags,
      makeBox('hdlr', noFlags, noFlags, binaryBytes('pict'), new Uint8Array(13)),
      makeBox('pitm', Uint8Array.of(version < 2 ? 0 : 1, 0, 0, 0), ids(1)),
      writeLocations({ version, indexSize, items: locate(locations) }, wide),
      makeBox('iinf', noFlags, u16(entries.length), ...infe),
      ...(references.length > 0
        ? [makeBox('iref', Uint8Array.of(version < 2 ? 0 : 1, 0, 0, 0), ...references)]
        : []),
      ...(idat.length > 0 ? [makeBox('idat', ...idat)] : []),
    )
    return concat([ftyp, meta, ...extra, makeBox('mdat', ...pieces)])
  }
  return build(build(0).byteLength - mediaSize(entries))
}

const mediaSize = (entries: readonly Entry[]) =>
  entries
    .filter(({ where }) => where !== 'idat')
    .reduce((sum, { data, where }) => sum + data.byteLength + (where === 'pieces' ? 2 : 1), 0)

/** What each item holds, method 0 and 1. */
export async function contents(file: Uint8Array): Promise<Map<number, string>> {
  const source = bytesSource(file)
  const meta = await loadHeif(source, (await walkBoxes(source)).boxes)
  if (typeof meta === 'string') throw new Error(meta)
  const inner = meta.place.start + (meta.idat?.content ?? 0)
  return new Map(
    meta.locations.items.map(({ id, method, extents }) => [
      id,
      extents
        .map(({ offset, length }) => {
          const from = method === 1 ? inner + offset : offset
          return binaryText(file.subarray(from, from + length))
        })
        .join(''),
    ]),
  )
}
