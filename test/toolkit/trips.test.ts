/** What a small file costs at the file system: calls that Node sends through its thread pool, counted as they start. */
import { createHook } from 'node:async_hooks'
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

async function trips(job: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({
    init: (_id, type) => {
      if (/^(FSREQ|FILEHANDLECLOSEREQ)/.test(type)) count++
    },
  })
  await job() // what is loaded at first use is not counted
  hook.enable()
  await job()
  hook.disable()
  return count
}

test.each(['photo.jpg', 'clip.mp4', 'story.txt'])('%s', async (name) => {
  const directory = temporaryDirectory()
  const input = join(directory, name)
  const output = join(directory, `out-${name}`)
  await copyFile(fixturePath(name), input)
  const toolkit = createToolkit({ identity: await testIdentity() })
  // The target is looked at, and the finished file renamed where it takes the place of another. A folder that has just
  // answered at once is not asked by way of the pool; a slow moment of the machine sends one file more through it.
  const label = () => toolkit.label(input, {}, { visible: false, force: true, output })
  expect([2, 3]).toContain(await trips(label))
  let fresh = 0
  const anew = () => toolkit.label(input, {}, { visible: false, output: join(directory, `new-${fresh++}`) })
  expect([1, 2]).toContain(await trips(anew))
  expect((await toolkit.verify(output)).verdict).toBe('trusted')
  expect([0, 1]).toContain(await trips(() => toolkit.verify(output)))
  expect((await readdir(directory)).sort()).toEqual([name, 'new-0', 'new-1', `out-${name}`].sort())
})
