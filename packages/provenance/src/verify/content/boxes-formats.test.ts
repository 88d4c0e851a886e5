/** The boxes of JPEG, PNG and WAV, as the standard names them (C2PA 18.7.3). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { bytesSource } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { namedBoxes } from '../../named-boxes/named-boxes.ts'
import { check, flipped, type Signed, sha256 } from '../forge.test-kit.ts'
import { pem, root } from '../issue.test-kit.ts'
import { boundBy, manifest, outcome, pad } from './boxes.test-kit.ts'

describe.each([
  ['photo.jpg', 'image/jpeg', 2],
  ['picture.png', 'image/png', 33],
])('the boxes of %s', (name, mediaType, at) => {
  const file = readFileSync(join(import.meta.dirname, '../../../../../fixtures', name))
  const embed = (store: Uint8Array) => (name.endsWith('jpg') ? app11(store) : chunk(store))

  /** Signed with a hash for each box; the second time, the boxes of the signed file are known. */
  async function signedBoxes(
    change: (boxes: Listed[]) => object[] = (boxes) => boxes,
    more: Uint8Array = new Uint8Array(),
  ): Promise<Signed> {
    let boxes: Listed[] = []
    let bytes: Uint8Array = file
    let found: Signed['found'] = {
      site: 'test',
      store: new Uint8Array(),
      excluded: { start: at, length: 0 },
      binding: 'data',
    }
    for (let pass = 0; pass < 3; pass++) {
      const store = boundBy(change(boxes))
      const embedded = embed(store)
      bytes = Uint8Array.from(Buffer.concat([file.subarray(0, at), embedded, more, file.subarray(at)]))
      found = { ...found, store, excluded: { start: at, length: embedded.length } }
      const named = (await namedBoxes(bytesSource(bytes), found.excluded)) ?? []
      boxes = named.map((box) =>
        box.name === 'C2PA'
          ? manifest
          : { names: [box.name], hash: sha256(bytes.subarray(box.start, box.end)), pad },
      )
    }
    return { bytes, found }
  }

  /** One bit outside the manifest is another; the store is as it was. */
  const touched = (file: Signed, at: number): Signed => ({ ...file, bytes: flipped(file, at).bytes })

  test('are named as c2pa-rs names them, and cover every byte', async () => {
    const file = await signedBoxes()
    expect(await outcome(file)).toEqual(['trusted', 'manifest.content.intact'])
    // The certificates of the kit are of another day, so c2pa-rs is asked about the boxes only.
    const judgement = await judgeByC2pa(file.bytes, mediaType, pem(root))
    expect(judgement.successes).toContain('assertion.boxesHash.match')
    expect(judgement.failures.filter((code) => !code.startsWith('signingCredential'))).toEqual([])
    const { start, length } = file.found.excluded
    for (const place of [start - 1, start + length + 5, file.bytes.length - 200, file.bytes.length - 1])
      expect((await check(touched(file, place))).verdict).not.toBe('trusted')
    const longer = { ...file, bytes: Uint8Array.from([...file.bytes, 1]) }
    expect((await outcome(longer))[0]).toBe('invalid')
  })

  test('may leave metadata out, of the box that holds some', async () => {
    const kept = name.endsWith('jpg') ? 'APP1' : 'tEXt'
    const text = Buffer.from('Software\0a camera')
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), text])
    const part = name.endsWith('jpg') ? segment(0xe1, exif) : chunk(text, 'tEXt')
    const other = name.endsWith('jpg') ? segment(0xe1, Buffer.from('Exit\0\0')) : chunk(text, 'teXt')
    const hole = (box: Uint8Array, start: number) => {
      const exclusions = [{ start, length: box.length - start }]
      return { exclusions, hash: sha256(box.subarray(0, start)), pad }
    }
    const start = name.endsWith('jpg') ? 4 : 8
    const good = await signedBoxes(change(kept, hole(part, start)), part)
    expect(await outcome(good)).toEqual(['unchecked', 'manifest.binding.partial', 'manifest.content.intact'])
    const { found } = good
    const end = found.excluded.start + found.excluded.length
    expect((await check(touched(good, end + part.length - 1))).verdict).toBe('unchecked')
    expect((await check(touched(good, end + (start === 4 ? 1 : 7)))).verdict).toBe('invalid')
    const foreign = name.endsWith('jpg') ? 'APP1' : 'teXt'
    const bad = await signedBoxes(change(foreign, hole(other, start)), other)
    expect(await outcome(bad)).toEqual(['invalid', 'manifest.binding.exclusion'])
  })

  test('may not be left out or change places', async () => {
    expect((await outcome(await signedBoxes((boxes) => boxes.slice(0, -1))))[0]).toBe('invalid')
    expect((await outcome(await signedBoxes((boxes) => boxes.toReversed())))[0]).toBe('invalid')
  })
})

describe('the chunks of a WAV', () => {
  const letters = (text: string) => Buffer.from(text, 'latin1')
  const part = (id: string, content: Uint8Array) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(content.length)
    return Buffer.concat([letters(id), size, content, Buffer.alloc(content.length % 2)])
  }
  const chunks = [
    part('fmt ', Buffer.alloc(16)),
    part('LIST', letters('INFOISFT\x03\0\0\0abc')),
    part('data', Buffer.alloc(7, 1)),
  ]

  /** Signed after 18.7.3.5; the size in the first box is the same whatever the hashes are. */
  function wav(): Signed {
    let bytes = Buffer.alloc(0)
    let found: Signed['found'] | undefined
    for (let pass = 0; pass < 2 || found === undefined; pass++) {
      const first = bytes.subarray(0, 12)
      const [fmt, list, data] = chunks.map((chunk) => ({ hash: sha256(chunk), pad }))
      const boxes = [
        { names: ['WAVE'], hash: sha256(first), pad },
        { names: ['fmt '], ...fmt },
        { names: ['INFO'], ...list },
        { names: ['data'], ...data },
        manifest,
      ]
      const store = boundBy(boxes)
      bytes = part('RIFF', Buffer.concat([letters('WAVE'), ...chunks, part('C2PA', store)]))
      const start = 12 + Buffer.concat(chunks).length
      found = { site: 'RIFF C2PA', store, excluded: { start, length: store.length + 8 }, binding: 'data' }
    }
    return { bytes: Uint8Array.from(bytes), found }
  }

  test('are named by the standard, and cover every byte but the manifest', async () => {
    const file = wav()
    expect(await outcome(file)).toEqual(['trusted', 'manifest.content.intact'])
    for (let at = 0; at < file.found.excluded.start; at++)
      expect([at, (await check(flipped(file, at))).verdict]).not.toEqual([at, 'trusted'])
    const longer = { ...file, bytes: Uint8Array.from([...file.bytes, 1]) }
    expect((await outcome(longer))[0]).toBe('invalid')
  })
})

interface Listed {
  readonly names: readonly string[]
}

/** The first box of that name, with another hash. */
const change = (name: string, other: object) => (boxes: Listed[]) => {
  const first = boxes.findIndex(({ names }) => names[0] === name)
  return boxes.map((box, index) => (index === first ? { ...box, ...other } : box))
}

function segment(marker: number, content: Uint8Array): Buffer {
  const header = Buffer.from([0xff, marker, 0, content.length + 2])
  return Buffer.concat([header, content])
}

/** C2PA A.3.1, for a store that fits into one segment. */
function app11(store: Uint8Array): Uint8Array {
  const header = Buffer.from('ffeb00004a50000100000001', 'hex')
  header.writeUInt16BE(store.length + 10, 2)
  return Buffer.concat([header, store])
}

function chunk(content: Uint8Array, type = 'caBX'): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}
