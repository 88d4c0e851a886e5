/** Every example runs as it stands and says what its comments promise. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './helpers/identity.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'examples')
const run = promisify(execFile)

const says: Readonly<Record<string, RegExp>> = {
  'label-image.ts': /^visible · bottom-right · AI生成\n[\s\S]*trusted · Acme AI\n$/,
  'label-bytes.ts': /bytes in, \d+ bytes out\ntrusted\n$/,
  'verify.ts': /^unlabeled · fixtures\/photo\.jpg\n$/,
  'manifest-alone.ts':
    /^pass · manifest\.signer\.trusted\npass · manifest\.content\.intact\n.* · c2pa\.created\n.* · c2pa\.opened, c2pa\.cropped\n$/,
  'edited-photo.ts':
    /^trusted\nAcme Camera 7\.1 · c2pa\.created\nAcme Desk 2\.0 · c2pa\.opened, c2pa\.cropped, c2pa\.adjustedColor\n$/,
  'signing-service.ts': /^ES256 · 64 bytes\nHTTP status 401: who are you\?\n$/,
  'inside-a-file.ts': /^mp3 · 0 labels\nID3v2 TXXX AIGC · \{"Label":"1","ContentProducer":"Acme-AI"/,
  'batch.ts': /^(labeled \S+ · \d+ bytes\n){4}$/,
  'live-video.ts':
    /^4 segments; a new key is needed later\ntrusted · –\ntrusted · –\ninvalid · manifest\.fragment\.misplaced, manifest\.fragment\.missing\n$/,
  'player.ts': /^trusted · Acme AI\nplays 1\nplays 2\nstops: altered\n$/,
  'named-actor.ts': /^trusted\nJane Doe · cawg\.editor · trusted\n$/,
  'platform-check.ts': /A missing label is no proof of human work\.\n$/,
}

describe('examples', () => {
  test('all of them are tested', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(says).sort())
  })

  test.each(Object.entries(says))('%s', async (name, expected) => {
    expect(readFileSync(join(folder, name), 'utf8').split('\n').length).toBeLessThan(41)
    const { stdout, stderr } = await run(
      process.execPath,
      ['--conditions=development', '--import', 'tsx', join(folder, name)],
      { cwd: root, env: { ...process.env, TMPDIR: temporaryDirectory() } },
    )
    expect(stdout).toMatch(expected)
    expect(stderr).toBe('')
  })
})
