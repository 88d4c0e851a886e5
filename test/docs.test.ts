/** Everything a package exports says what it is: each public declaration has a docstring of its own. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const packages = join(import.meta.dirname, '..', 'packages')

/** Files and names behind an index, through `export *` and `export { … }`. */
function exportsOf(index: string): { file: string; names: readonly string[] | 'all' }[] {
  const text = readFileSync(index, 'utf8')
  const from = (path: string) => join(dirname(index), path)
  const stars = [...text.matchAll(/export \* from '(\.[^']+)'/g)].map(([, path = '']) => ({
    file: from(path),
    names: 'all' as const,
  }))
  const named = [...text.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)].map(
    ([, list = '', path = '']) => ({
      file: from(path),
      names: list.split(',').flatMap((item) => item.trim().replace(/^type /, '') || []),
    }),
  )
  return [...stars, ...named]
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|class|interface|type) (\w+)/

function undocumented({ file, names }: ReturnType<typeof exportsOf>[number]): string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, at) => {
    const name = declaration.exec(line)?.[1]
    if (name === undefined || (names !== 'all' && !names.includes(name))) return []
    return lines[at - 1]?.trimEnd().endsWith('*/') && at > 1 ? [] : [name]
  })
}

describe('public declarations', () => {
  test.each([
    ...['core', 'media', 'provenance', 'toolkit'].map((name) => `${name}/src/index.ts`),
    'provenance/src/certificates/index.ts',
    'toolkit/src/authority/index.ts',
  ])('of %s are documented', (index) => {
    const missing = exportsOf(join(packages, index)).flatMap(undocumented)
    expect(missing).toEqual([])
  })
})
