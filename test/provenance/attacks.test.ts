/** What somebody without a key can do to a signed file, container by container: no copy that was changed is trusted. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createToolkit, type Toolkit } from '@yinji/toolkit'
import { beforeAll, expect, test } from 'vitest'
import { fixtureBytes, fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const directory = temporaryDirectory()
let toolkit: Toolkit
beforeAll(async () => {
  toolkit = createToolkit({ identity: await testIdentity() })
})

const files = new Map<string, Promise<Buffer>>()
const signed = (name: string) => {
  const made = files.get(name) ?? sign(name)
  files.set(name, made)
  return made
}
async function sign(name: string): Promise<Buffer> {
  const output = join(directory, name)
  await toolkit.label(fixturePath(name), {}, { output, visible: false, force: true })
  return readFile(output)
}

const spliced = (file: Buffer, start: number, end: number, ...more: readonly Uint8Array[]) =>
  Buffer.concat([file.subarray(0, start), ...more, file.subarray(end)])
const latin = (text: string) => Buffer.from(text, 'latin1')

/** The segments of APP11, marker included. */
function app11(file: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 2; file[at + 1] !== 0xda; at += 2 + file.readUInt16BE(at + 2))
    if (file[at + 1] === 0xeb) found.push(file.subarray(at, at + 2 + file.readUInt16BE(at + 2)))
  return found
}
const startOf = (file: Buffer) => (app11(file)[0]?.byteOffset ?? 0) - file.byteOffset
const withSegments = (file: Buffer, change: (own: Buffer[]) => Buffer[]) => {
  const own = app11(file)
  const length = own.reduce((sum, one) => sum + one.length, 0)
  return spliced(file, startOf(file), startOf(file) + length, ...change(own.map((one) => Buffer.from(one))))
}
/** One segment as two, numbered like this. */
const halved = ([only = Buffer.of()]: Buffer[], ...numbers: readonly [number, number]) => {
  const half = (data: Buffer, number: number) => {
    const head = Buffer.from(only.subarray(0, 20))
    head.writeUInt16BE(18 + data.length, 2)
    head.writeUInt32BE(number, 8)
    return Buffer.concat([head, data])
  }
  return [half(only.subarray(20, 1020), numbers[0]), half(only.subarray(1020), numbers[1])]
}

function chunk(type: string, data: Uint8Array = Buffer.of()): Buffer {
  const out = Buffer.concat([Buffer.alloc(4), latin(type), data, Buffer.alloc(4)])
  out.writeUInt32BE(data.length)
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4)
  return out
}
/** The chunk of a type in a PNG. */
const chunkIn = (file: Buffer, type: string) => {
  const at = file.indexOf(type) - 4
  return { at, end: at + 12 + file.readUInt32BE(at) }
}

/** A record of a ZIP, its checksum aside. */
const endOf = (file: Buffer) => file.lastIndexOf('PK\x05\x06')
const directoryOf = (file: Buffer) => file.readUInt32LE(endOf(file) + 16)
const moved = (file: Buffer, by: number) => {
  file.writeUInt32LE(directoryOf(file) + by, endOf(file) + 16)
  return file
}
const local = (name: string, data: string) => {
  const head = Buffer.alloc(30)
  head.write('PK\x03\x04', 'latin1')
  head.writeUInt32LE(crc32(data), 14)
  head.writeUInt32LE(data.length, 18)
  head.writeUInt32LE(data.length, 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, latin(name + data)])
}

type Change = (file: Buffer) => Uint8Array
const changes: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  'photo.jpg': {
    'a piece of the manifest is missing': (file) => withSegments(file, (own) => halved(own, 1, 3)),
    'a piece of the manifest stands there twice': (file) =>
      withSegments(file, (own) =>
        halved(own, 1, 2).flatMap((one, index) => (index === 0 ? [one] : [one, one])),
      ),
    'the manifest is in two pieces': (file) => withSegments(file, (own) => halved(own, 1, 2)),
    'a second manifest has another number': (file) =>
      withSegments(file, (own) => {
        const other = own.map((one) => Buffer.from(one))
        for (const one of other) one.writeUInt16BE(7, 6)
        return [...other, ...own]
      }),
    'another picture stands in front of it': (file) => Buffer.concat([fixtureBytes('photo.jpg'), file]),
    'another picture stands behind it': (file) => Buffer.concat([file, fixtureBytes('photo.jpg')]),
    'it begins twice': (file) => spliced(file, 2, 2, latin('\xff\xd8')),
    'another height is told behind the scan': (file) =>
      spliced(file, file.length - 2, file.length - 2, latin('\xff\xdc\0\x04\0\x10')),
  },
  'picture.png': {
    'a second manifest': (file) => {
      const { at, end } = chunkIn(file, 'caBX')
      return spliced(file, end, end, file.subarray(at, end))
    },
    'the manifest under a name in other letters, which is another': (file) => {
      const { at, end } = chunkIn(file, 'caBX')
      return spliced(file, at, end, chunk('cabx', file.subarray(at + 8, end - 4)))
    },
    'frames of an animation in place of the end of the manifest': (file) => {
      const { at, end } = chunkIn(file, 'caBX')
      const shorter = chunk('caBX', file.subarray(at + 8, end - 4 - 50))
      return spliced(file, at, end, shorter, chunk('fdAT', Buffer.alloc(38)))
    },
    'an end in front of the picture': (file) => {
      const { at } = chunkIn(file, 'IDAT')
      return spliced(file, at, at, chunk('IEND'))
    },
    'something behind the end': (file) => Buffer.concat([file, chunk('IDAT')]),
  },
  'sunrise.webp': {
    'a second manifest': (file) => {
      const at = file.indexOf('C2PA')
      const whole = spliced(file, file.length, file.length, file.subarray(at))
      whole.writeUInt32LE(whole.length - 8, 4)
      return whole
    },
    'something behind the RIFF': (file) => Buffer.concat([file, fixtureBytes('sunrise.webp')]),
    'the manifest in small letters': (file) =>
      spliced(file, file.indexOf('C2PA'), file.indexOf('C2PA') + 4, latin('c2pa')),
  },
  'sunrise.gif': {
    'another picture behind the trailer': (file) => Buffer.concat([file, fixtureBytes('sunrise.gif')]),
  },
  'grey.tif': { 'something behind the manifest': (file) => Buffer.concat([file, Buffer.alloc(4)]) },
  'chime.flac': { 'another tag in front': (file) => Buffer.concat([latin('ID3\x04\0\0\0\0\0\0'), file]) },
  'speech.mp3': { 'another tag in front': (file) => Buffer.concat([latin('ID3\x04\0\0\0\0\0\0'), file]) },
  'chime.ogg': { 'a tag in front': (file) => Buffer.concat([latin('ID3\x04\0\0\0\0\0\0'), file]) },
  'leaflet.pdf': {
    'an update with another page in place of the first': (file) => {
      const text = file.toString('latin1')
      const [, page] = /(\d+) 0 obj\s*<<[^>]*\/Type\s*\/Page\b/.exec(text) ?? []
      const [, root] = /.*\/Root (\d+) 0 R/s.exec(text) ?? []
      const [, before] = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text) ?? []
      const more = `\n${page} 0 obj\n<</Type /Page>>\nendobj\n`
      const row = `${page} 1\n${String(file.length + 1).padStart(10, '0')} 00000 n \n`
      const trailer = `trailer\n<</Size 100 /Root ${root} 0 R /Prev ${before}>>\n`
      const start = `startxref\n${file.length + more.length}\n%%EOF\n`
      return Buffer.concat([file, latin(`${more}xref\n${row}${trailer}${start}`)])
    },
    'the attachment under another relationship': (file) =>
      spliced(
        file,
        file.lastIndexOf('/C2PA_Manifest'),
        file.lastIndexOf('/C2PA_Manifest') + 14,
        latin('/Supplement   '),
      ),
  },
  'letter.docx': {
    'an entry in front that no directory knows': (file) => {
      const more = local('word/document.xml', '<x/>')
      return moved(Buffer.concat([more, file]), more.length)
    },
    'an entry that no directory knows, behind the others': (file) => {
      const more = local('word/document.xml', '<x/>')
      return moved(spliced(file, directoryOf(file), directoryOf(file), more), more.length)
    },
    'a record more under a name that is there': (file) => {
      const at = directoryOf(file)
      const length = 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
      const more = spliced(file, at, at, file.subarray(at, at + length))
      const end = endOf(more)
      more.writeUInt16LE(more.readUInt16LE(end + 8) + 1, end + 8)
      more.writeUInt16LE(more.readUInt16LE(end + 10) + 1, end + 10)
      more.writeUInt32LE(more.readUInt32LE(end + 12) + length, end + 12)
      return more
    },
    'sizes that are said to stand behind the manifest': (file) => {
      const at = file.lastIndexOf('META-INF/content_credential.c2pa', directoryOf(file)) - 30
      return Buffer.from(file).fill(8, at + 6, at + 7)
    },
    'a comment': (file) => {
      const more = Buffer.concat([file, latin('words')])
      more.writeUInt16LE(5, endOf(file) + 20)
      return more
    },
  },
}

test.each(Object.keys(changes))('%s, as it was signed, is trusted', async (name) => {
  expect((await toolkit.verify(new Uint8Array(await signed(name)), { name })).verdict).toBe('trusted')
})

test.each(
  Object.entries(changes).flatMap(([name, list]) =>
    Object.entries(list).map(([what, change]) => [name, what, change] as const),
  ),
)('%s: %s', async (name, _, change) => {
  const original = await signed(name)
  const changed = change(Buffer.from(original))
  expect(Buffer.compare(changed, original)).not.toBe(0)
  const { verdict } = await toolkit.verify(new Uint8Array(changed), { name })
  expect(verdict).not.toBe('trusted')
})
