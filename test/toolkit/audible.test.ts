/** Sound that was given its audible label is signed, verified, and trusted by the reference implementation too. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

test.each([
  ['music.wav', 'audio/wav'],
  ['speech.mp3', 'audio/mpeg'],
  ['chime.flac', 'audio/flac'],
  ['melody.m4a', 'audio/mp4'],
  ['chime.opus', 'audio/ogg'],
  ['chime.ogg', 'audio/ogg'],
] as const)('%s', async (name, mediaType) => {
  const path = join(directory, name)
  copyFileSync(fixturePath(name), path)
  const receipt = await toolkit.label(path)
  expect(receipt.written.map(({ layer }) => layer)).toContain('visible')
  const report = await toolkit.verify(receipt.path ?? '')
  expect(report.verdict).toBe('trusted')
  expect((await judgeAsC2paRs(receipt.path ?? '', mediaType, identity.anchor)).state).toBe('Trusted')
})
