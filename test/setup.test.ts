/** Set-up on a machine of any kind: what it installs, what it leaves alone, what it tells people to type. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './helpers/identity.ts'

const source = join(import.meta.dirname, '..', 'scripts', 'setup.mjs')

/** A clone that is all fake but the script, and a PATH with nothing on it but what a test puts there. */
function machine(programs: Readonly<Record<string, string>>) {
  const root = temporaryDirectory()
  const bin = join(root, 'bin')
  const log = join(root, 'log')
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  put('package.json', '{"packageManager": "pnpm@1.2.3"}')
  put('pnpm-lock.yaml', 'lockfileVersion: 9')
  put('pnpm-workspace.yaml', '')
  put('packages/cli/package.json', '{}')
  put('fake-tsc', `require('node:fs').appendFileSync('${log}', 'tsc ' + process.argv.slice(2) + '\\n')`)
  put('scripts/bundle.mjs', `import { appendFileSync } from 'node:fs'; appendFileSync('${log}', 'bundle\\n')`)
  mkdirSync(bin)
  copyFileSync(source, join(root, 'scripts', 'setup.mjs'))
  const install = [
    'mkdir -p node_modules/.bin node_modules/typescript/bin',
    'echo > node_modules/.bin/yinji',
    'cp fake-tsc node_modules/typescript/bin/tsc',
  ]
  for (const [name, script] of Object.entries({ npx: install.join('\n'), ...programs })) {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >> '${log}'\n${script}\n`,
    )
    chmodSync(join(bin, name), 0o755)
  }
  symlinkSync(process.execPath, join(bin, 'node'))
  return {
    root,
    bin,
    /** What was started, and what was said. */
    setup(...options: string[]) {
      writeFileSync(log, '')
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(root, 'scripts', 'setup.mjs'), ...options],
        {
          cwd: '/',
          env: { PATH: bin, CI: 'true' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      return { status, said: stderr, started: readFileSync(log, 'utf8').trimEnd().split('\n') }
    },
  }
}

const install = 'npx --yes pnpm@1.2.3 install --frozen-lockfile'
const sudo = { sudo: 'shift; [ "$1" = true ] || exec "$@"' }

describe('packages', () => {
  test('are installed with the pinned pnpm, then nothing is done until the lock file changes', () => {
    const { setup, root } = machine({ ffmpeg: '' })
    expect(setup()).toMatchObject({ status: 0, started: [install, 'tsc -b', 'bundle'] })
    expect(setup()).toEqual({
      status: 0,
      started: ['tsc -b', 'bundle'],
      said: expect.not.stringContaining('Installing'),
    })
    writeFileSync(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 10')
    expect(setup().started).toContain(install)
  })

  test('a failure shows what pnpm said, and is not remembered as done', () => {
    const { setup, root } = machine({ ffmpeg: '', npx: 'echo "no network" >&2; exit 1' })
    const { status, said } = setup()
    expect(status).toBe(1)
    expect(said).toMatch(/no network[\s\S]*could not be installed/)
    expect(existsSync(join(root, 'node_modules', '.setup'))).toBe(false)
  })
})

describe('ffmpeg', () => {
  test('is installed when it is missing and that is allowed', () => {
    const { setup, bin } = machine({
      ...sudo,
      'apt-get': '[ "$1" = update ] || touch "$(dirname "$0")/ffmpeg"',
    })
    const { status, started, said } = setup()
    expect(status).toBe(0)
    expect(started.filter((line) => line.startsWith('apt-get'))).toEqual([
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends ffmpeg',
    ])
    expect(said).toContain('Installing ffmpeg with apt-get')
    expect(said).not.toContain('could not')
    expect(existsSync(join(bin, 'ffmpeg'))).toBe(true)
  })

  test('when it can’t be, set-up says what to type and goes on', () => {
    const { setup } = machine({ ...sudo, dnf: 'exit 1' })
    const { status, said } = setup()
    expect(status).toBe(0)
    expect(said).toMatch(
      /Text, pictures and WAV work without it[\s\S]*\n {4}sudo dnf install -y ffmpeg-free\n/,
    )
  })

  test('without a package manager there is an address', () => {
    const { status, said } = machine({}).setup()
    expect(status).toBe(0)
    expect(said).toContain('https://ffmpeg.org')
  })
})

describe('judges of the tests', () => {
  test('are installed before the tests, and only then', () => {
    const there = [
      'ffmpeg',
      'openssl',
      'perl',
      'mediainfo',
      'qpdf',
      'identify',
      'unzip',
      'zip',
      'pdftotext',
      'softhsm2-util',
      'pkcs11-tool',
    ]
    const { setup } = machine({
      ...sudo,
      ...Object.fromEntries(there.map((name) => [name, ''])),
      'apt-get': 'touch "$(dirname "$0")/xmllint"',
    })
    expect(setup().started.filter((line) => line.startsWith('apt-get'))).toEqual([])
    expect(setup('--tests').started.filter((line) => line.startsWith('apt-get'))).toEqual([
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends libxml2-utils libarchive-zip-perl libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui',
    ])
  })
})
