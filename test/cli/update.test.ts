/** `yinji update` as a platform uses it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { desk } from './command.ts'

test('a signed file is published, and keeps what it was signed with', async () => {
  const { yinji } = await desk(['photo.jpg'])
  await yinji(['label', 'photo.jpg', '--no-visible'])
  const { code, out } = await yinji(['update', 'photo.labeled.jpg', '--description', 'On the front page'])
  expect(code).toBe(0)
  expect(out).toMatch(/^✓ updated photo\.labeled\.jpg → .*photo\.labeled\.updated\.jpg\n {2}c2pa\.published /)
  expect(await yinji(['verify', 'photo.labeled.updated.jpg'])).toMatchObject({ code: 0 })
  const again = await yinji(['update', 'photo.labeled.jpg', '--dry-run', '--json'])
  expect(JSON.parse(again.out)).toMatchObject({ schema: 'yinji.update/1', status: 'planned' })
})

test('what can’t be updated is refused with the way out', async () => {
  const { yinji } = await desk(['photo.jpg', 'music.wav'])
  const unsigned = await yinji(['update', 'photo.jpg'])
  expect(unsigned.code).toBe(4)
  expect(unsigned.err).toMatch(/no manifest that could be updated[\s\S]*yinji label/)
  await yinji(['label', 'music.wav', '--no-visible'])
  const fixed = await yinji(['update', 'music.labeled.wav'])
  expect(fixed.code).toBe(4)
  expect(fixed.err).toMatch(
    /no room for an update in this manifest, and in wav[\s\S]*yinji label --updatable/,
  )
})

test('a trusted update does not lend its trust to an unknown signer', async () => {
  const maker = await desk(['photo.jpg'])
  await maker.yinji(['label', 'photo.jpg', '--no-visible'])
  const platform = await desk([])
  const output = join(platform.home, 'published.jpg')
  await platform.yinji(['update', maker.path('photo.labeled.jpg'), '-o', output])
  const alone = await platform.yinji(['verify', output])
  expect(alone).toMatchObject({ code: 1 })
  expect(alone.out).toMatch(/^! valid [\s\S]*manifest\.update\.untrusted/)
  const both = await platform.yinji([
    'verify',
    output,
    '--trust',
    join(maker.home, 'ca', 'root.pem'),
    '--json',
  ])
  expect(both.code).toBe(0)
})
