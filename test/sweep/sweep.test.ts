/** A few hundred cases of the sweep; `npm run sweep` has others, and says where the two judges differ and why. */
import { afterAll, expect, test } from 'vitest'
import { changeOf } from './change.ts'
import { ours, theirs } from './judges.ts'
import { leave, makeHome, ownSamples } from './samples.ts'

const home = await makeHome()
afterAll(() => leave(home))

const caughtByThem = /^assertion\.(?:data|bmff|boxes)Hash\.mismatch$|^claimSignature\.mismatch$/

test('what c2pa-rs finds altered is never in order here, and whatever a file has become, there is an answer', async () => {
  const samples = await ownSamples(home, ['jpeg', 'png', 'webp', 'gif', 'svg', 'mp4', 'heic', 'mp3', 'pdf'])
  const missed: string[] = []
  let caught = 0
  for (let index = 0; index < 300; index++) {
    const change = await changeOf(samples, 2026, index)
    if (change === undefined || change.file.equals(change.sample.file)) continue
    const { sample, file, what } = change
    const our = await ours(sample, file)
    const their = await theirs()(sample, file)
    const altered = !what.startsWith('signed again') && their.codes.some((code) => caughtByThem.test(code))
    if (altered) caught++
    if (our.state === 'thrown' || (altered && /^(?:trusted|valid)$/.test(our.state)))
      missed.push(JSON.stringify([sample.name, what, our, their]))
  }
  expect(missed).toEqual([])
  expect(caught).toBeGreaterThan(20)
})
