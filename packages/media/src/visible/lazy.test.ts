/** What draws, encodes or reads YAML takes longer to load than most files take to verify, so it waits until it is wanted. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const heavy = ['sharp', 'fluent-ffmpeg', 'yaml', 'exiftool-vendored']

test('the package loads without the libraries for pictures, video, YAML and Exif', () => {
  const script = `
    import { createRequire } from 'node:module'
    const paths = () => Object.keys(createRequire(import.meta.url).cache)
    const loaded = () => ${JSON.stringify(heavy)}.filter((name) => paths().some((path) => path.includes('/' + name)))
    await import('./packages/media/src/index.ts')
    const before = loaded()
    const { checkImages } = await import('./packages/media/src/visible/check.ts')
    await checkImages()
    console.log(JSON.stringify([before, loaded()]))`
  const options = ['--conditions=development', '--import', 'tsx', '--input-type=module', '--eval', script]
  const cwd = join(import.meta.dirname, '../../../..')
  expect(JSON.parse(execFileSync(process.execPath, options, { cwd }).toString())).toEqual([[], ['sharp']])
})
