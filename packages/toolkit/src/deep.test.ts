import { evidenceOf, type FoundProperty } from '@yinji/core'
import { expect, test } from 'vitest'
import { secondOpinion } from './deep.ts'

const reader = (...tags: readonly FoundProperty[]) => ({ read: async () => [...tags] })
const tag = (group: string, name: string, value: string): FoundProperty => ({
  site: `exiftool ${group}`,
  name,
  value,
})
const credit = tag('IPTC', 'Credit', 'Made with Google AI')

test('a sign that was not read here is told once, with its tag and place', async () => {
  expect(await secondOpinion(reader(credit, tag('XMP-photoshop', 'Credit', credit.value)), '/a', [])).toEqual(
    [
      expect.objectContaining({
        code: 'metadata.deep.seen',
        level: 'info',
        at: 'exiftool IPTC',
        data: { tag: 'Credit', what: 'Google AI' },
      }),
    ],
  )
})

test('what was read here, hints and ordinary tags are not told', async () => {
  const others = [
    tag('IFD0', 'Software', 'Midjourney'),
    tag('IFD0', 'Make', 'Canon'),
    tag('IPTC', 'Credit', 'Reuters'),
  ]
  expect(await secondOpinion(reader(credit, ...others), '/a', [evidenceOf('google.credit', 'XMP')])).toEqual(
    [],
  )
})

test('a label in a place of its own is told', async () => {
  const [seen] = await secondOpinion(reader(tag('Keys', 'AIGC', '{"Label":"1"}')), '/a', [])
  expect(seen).toMatchObject({ code: 'metadata.deep.seen', data: { what: 'GB 45438-2025' } })
})

test('a reader that fails is a remark, not a failure', async () => {
  const broken = { read: () => Promise.reject(new Error('Perl must be installed.\nstack')) }
  expect(await secondOpinion(broken, '/a', [])).toEqual([
    expect.objectContaining({
      code: 'metadata.deep.unchecked',
      level: 'info',
      data: { reason: 'Perl must be installed.' },
    }),
  ])
})
