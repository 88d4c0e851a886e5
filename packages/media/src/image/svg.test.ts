import { spawnSync } from 'node:child_process'
import { InputError } from '@yinji/core'
import { beforeAll, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, foreignPacket, handling } from '../handler.test-kit.ts'
import { pixels } from './picture.test-kit.ts'
import { svg } from './svg.ts'

const { store, read, splice, survives } = handling(svg)
const utf8 = (value: string) => new Uint8Array(Buffer.from(value))
const ns = 'xmlns="http://www.w3.org/2000/svg" width="20" height="10"'
const picture = '<rect width="9" height="9" fill="red"/>'
const kinds = new Map([
  ['plain', `<svg ${ns}>${picture}</svg>`],
  ['an empty tag', `<svg ${ns}/>`],
  ['with empty metadata', `<svg ${ns}><metadata id="m" />${picture}</svg>`],
  ['with metadata in words', `<svg ${ns}><metadata>words 字</metadata>${picture}</svg>`],
  ['with a packet', `<svg ${ns}><metadata>${foreignPacket()}</metadata>${picture}</svg>`],
  [
    'with entities',
    `<!DOCTYPE svg [<!ENTITY a "<svg>&#62;"> <!-- ]> --> <!ENTITY c 'red'>]>\r\n<svg ${ns}><rect width="9" height="9" fill="&c;"/><style><![CDATA[</svg>]]></style></svg>`,
  ],
  ['with another c2pa', `<svg ${ns} xmlns:c2pa="urn:x">${picture}</svg>`],
  ['in an old encoding', `<?xml version="1.0" encoding="ISO-8859-1"?><svg ${ns}>${picture}</svg>`],
])
let whole: Uint8Array
beforeAll(async () => {
  whole = await splice(utf8(kinds.get('with entities') ?? ''))
})
/** What xmllint complains about: nothing, when the document is well-formed. */
function complaints(file: Uint8Array): string {
  return String(spawnSync('xmllint', ['--noout', '--nonet', '-'], { input: file }).stderr)
}

test.each([...kinds])(
  '%s: label and manifest come back, well-formed, and the picture is the same',
  async (_, text) => {
    const file = utf8(text)
    expect(svg.matches(file.subarray(0, 4096), 'x.svg')).toBe(true)
    const labelled = await splice(file)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'metadata XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(manifest?.store).toEqual(store)
    const { start = 0, length = 0 } = manifest?.excluded ?? {}
    const base64 = Buffer.from(store).toString('base64')
    expect(Buffer.from(labelled.subarray(start, start + length)).toString()).toBe(base64)
    expect(complaints(labelled)).toBe('')
    expect(await pixels(labelled)).toBe(await pixels(file))
    expect(await splice(labelled)).toEqual(labelled)
  },
)

test('a document whose elements have a prefix gets metadata with the same one', async () => {
  const labelled = await splice(utf8('<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>'))
  expect((await read(labelled)).manifest?.store).toEqual(store)
  expect(Buffer.from(labelled).includes('</s:metadata><s:g/>')).toBe(true)
  expect(complaints(labelled)).toBe('')
})

test('what was in the metadata stays, and everything outside is the same byte for byte', async () => {
  const labelled = Buffer.from(await splice(utf8(kinds.get('with a packet') ?? '')))
  expect(labelled.toString().match(/<metadata>/g)).toHaveLength(1)
  expect(labelled.includes('k:eep="1"')).toBe(true)
  expect(labelled.includes(`</metadata>${picture}</svg>`)).toBe(true)
})

test('a mark of UTF-8 before the document falls when it is signed', async () => {
  const labelled = await splice(utf8(`\ufeff<svg ${ns}/>`))
  expect(Buffer.from(labelled.subarray(0, 4)).toString()).toBe('<svg')
})

test('fields in descriptions and in packets elsewhere are read and become one; drawn text is left alone', async () => {
  const text = `<svg ${ns}><desc>by {"AIGC":{"Label":"1","ProduceID":"old"}}</desc><g>${foreignPacket()}</g><text>{"AIGC":{"Label":"1"}}</text></svg>`
  expect((await read(utf8(text))).labels.map(({ site }) => site)).toEqual(['RDF outside metadata', 'desc'])
  const labelled = Buffer.from(await splice(utf8(text)))
  expect((await read(labelled)).labels).toHaveLength(1)
  expect(labelled.includes('<desc>by ')).toBe(true)
  expect(labelled.includes('<text>{"AIGC":{"Label":"1"}}</text>')).toBe(true)
})

test.each([
  ['an element that is not closed', `<svg ${ns}><g></svg>`, 'asset.damaged'],
  ['two roots', `<svg ${ns}/><svg/>`, 'asset.damaged'],
  [
    'Latin-1',
    `<?xml version="1.0" encoding="ISO-8859-1"?><svg ${ns}><g id="\xe9"/></svg>`,
    'asset.encoding.unsupported',
  ],
  ['broken UTF-8', `<svg ${ns}><g id="\xe9"/></svg>`, 'asset.damaged'],
])('%s is reported and refused', async (_, text, code) => {
  expect((await read(binaryBytes(text))).findings).toMatchObject([{ code }])
  await expect(splice(binaryBytes(text))).rejects.toThrow(InputError)
})

test('a manifest that is no Base64 is reported', async () => {
  const text = `<svg ${ns}><metadata><c2pa:manifest>no=Base64</c2pa:manifest></metadata></svg>`
  expect((await read(utf8(text))).findings).toMatchObject([{ code: 'manifest.store.malformed' }])
})

test('entities upon entities, deep nesting and endless quotes take no time', async () => {
  const laughs = Array.from(
    { length: 30 },
    (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
  )
  const bombs = [
    `<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs.join('')}]><svg ${ns}><desc>&l30;</desc></svg>`,
    `<svg ${ns}>${'<g>'.repeat(300_000)}`,
    `<svg ${ns}>${'<a b="'.repeat(300_000)}`,
    `<!DOCTYPE svg [${'<!--'.repeat(300_000)}`,
    `<svg ${ns}><metadata>${'{"AIGC":'.repeat(200_000)}</metadata></svg>`,
    `<svg ${ns}>${'<desc>'.repeat(90)}${'{"Label":'.repeat(100_000)}`,
  ]
  for (const bomb of bombs) {
    await read(utf8(bomb))
    await splice(utf8(bomb)).catch((error: unknown) => expect(error).toBeInstanceOf(InputError))
  }
})

test.each([
  ['a long prolog, by its name', `<?xml version="1.0"?><!--${' '.repeat(9000)}--><svg/>`, 'x.svg', true],
  ['another XML', '<?xml version="1.0"?><html/>', 'x.svg', false],
  ['text that mentions it', 'see <svg>', 'x.svg', false],
])('%s', (_, text, name, expected) => {
  expect(svg.matches(utf8(text).subarray(0, 4096), name)).toBe(expected)
})

test('cut off or changed anywhere, it is read without an exception, and refused or labelled exactly once', async () => {
  await survives(whole, { runs: 1500 })
})
