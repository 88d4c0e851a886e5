/**
 * Puts the command into few files: Node.js takes longer to find and load six hundred modules than to run them. Commands
 * and formats that wait until they are wanted still do, in chunks of their own. Libraries stay as they are for their users.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const command = join(root, 'packages', 'cli')
/** At the depth of `src`, so that what is found from there is found from here. */
const bundle = join(command, 'bundle')

const { dependencies } = JSON.parse(readFileSync(join(command, 'package.json'), 'utf8'))
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(command, 'src', 'main.ts')],
  outdir: bundle,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['development'], // our own packages from source: a trace then names their files
  external: Object.keys(dependencies).filter((name) => !name.startsWith('@yinji/')),
  metafile: true,
  logLevel: 'warning',
})
sweep()
copyAssets()
writeFileSync(join(bundle, 'LICENSES.txt'), licenses())

/** Chunks are named by their content; those of earlier builds go last, so that a command that runs meanwhile finds its own. */
function sweep() {
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
  for (const name of readdirSync(bundle)) if (!made.has(name)) rmSync(join(bundle, name))
}

function copyAssets() {
  const from = join(root, 'packages', 'media', 'assets')
  mkdirSync(join(command, 'assets'), { recursive: true })
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(command, 'assets', name))
}

/** Those of the packages of others that are in the bundle. */
function licenses() {
  const folders = Object.keys(metafile.inputs).map(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  )
  return [...new Set(folders)]
    .filter((folder) => folder !== undefined)
    .map((folder) => {
      const name = readdirSync(join(root, folder)).find((file) => /^licen[sc]e/i.test(file))
      if (name === undefined) throw new Error(`${folder} has no license file`)
      return `${folder.split('node_modules/').at(-1)}\n\n${readFileSync(join(root, folder, name), 'utf8')}`
    })
    .join('\n\n')
}
