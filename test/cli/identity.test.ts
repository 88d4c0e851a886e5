/** `yinji label --identity`: who else stands behind a file, and what reviewers are told of it. */
import { join } from 'node:path'
import { createIdentity } from '@yinji/toolkit'
import { beforeAll, expect, test } from 'vitest'
import { temporaryDirectory } from '../helpers/identity.ts'
import { type Desk, desk, reports } from './command.ts'

let office: Desk
const jane = join(temporaryDirectory(), 'jane')
beforeAll(async () => {
  office = await desk(['photo.jpg'])
  await createIdentity(jane, { provider: 'Jane Doe' })
  const { code } = await office.yinji([
    'label',
    'photo.jpg',
    '--no-visible',
    '--identity',
    `${jane}:creator,com.example.lead`,
  ])
  expect(code).toBe(0)
})
const verify = (...words: string[]) => office.yinji(['verify', 'photo.labeled.jpg', ...words])

test('reviewers are told who, and that they do not know them', async () => {
  const { out, code } = await verify()
  expect(code).toBe(0)
  expect(out).toContain('identity Jane Doe · creator, com.example.lead · not known here')
  expect((await verify('--lang', 'zh')).out).toContain(
    '身份 Jane Doe · 创作者、com.example.lead · 此处不认识',
  )
  const { out: seen } = await office.yinji(['inspect', 'photo.labeled.jpg'])
  expect(seen).toContain('CN=Jane Doe Issuing CA, O=Jane Doe')
  expect(seen).toContain('c2pa.hash.data, c2pa.actions.v2')
  expect((await office.yinji(['inspect', 'photo.labeled.jpg', '--lang', 'zh'])).out).toContain(
    '没有对应的身份信任锚',
  )
  const { out: boxes } = await office.yinji(['inspect', 'photo.labeled.jpg', '--manifest'])
  expect(boxes).toMatch(/cawg\.identity cbor[\s\S]*"algorithm": "ES256"[\s\S]*"O": "Jane Doe"/)
})

test('and that they do, once they believe who vouches for the name', async () => {
  const reviewer = await desk([], { identity: false })
  const file = office.path('photo.labeled.jpg')
  await reviewer.yinji(['trust', 'add', join(jane, 'ca', 'root.pem'), '--purpose', 'identity'])
  const [report] = reports(await reviewer.yinji(['verify', file, '--json', '--require', 'valid']))
  expect(report).toMatchObject({ verdict: 'valid', identities: [{ name: 'Jane Doe', trust: 'trusted' }] })
  expect((await reviewer.yinji(['trust', 'list'])).out).toContain('O=Jane Doe · identity')
})

test.each([
  [['--identity', jane, '--no-manifest'], 2, '--identity'],
  [['--identity', 'nowhere'], 4, 'nowhere'],
])('%j is refused', async (words, exit, named) => {
  const { code, err } = await office.yinji([
    'label',
    'photo.jpg',
    '-o',
    'other.jpg',
    '--no-visible',
    ...words,
  ])
  expect(code).toBe(exit)
  expect(err).toContain(named)
})
