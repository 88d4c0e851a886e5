/** What draws takes longer to load than most files take to verify, so it waits until something is drawn. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the package loads without the image library and the font', () => {
  const script = `
    import { createRequire } from 'node:module'
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('sharp'))
    await import('./packages/media/src/index.ts')
    const before = loaded()
    const { checkImages } = await import('./packages/media/src/visible/check.ts')
    await checkImages()
    console.log(before, loaded())`
  const options = ['--conditions=development', '--import', 'tsx', '--input-type=module', '--eval', script]
  const cwd = join(import.meta.dirname, '../../../..')
  expect(execFileSync(process.execPath, options, { cwd }).toString().trim()).toBe('false true')
})
