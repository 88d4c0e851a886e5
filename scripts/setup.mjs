/**
 * Makes a fresh clone ready: packages, build, ffmpeg. Plain Node without dependencies, because nothing is installed yet.
 * Says little, does nothing twice, and asks nothing, so that it can stand in front of every other script.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const windows = process.platform === 'win32'

/** In order of preference; the first one that is there is used. */
const managers = [
  {
    program: 'apt-get',
    root: true,
    install: (names) => [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names],
    ],
  },
  { program: 'dnf', root: true, install: (names) => [['dnf', 'install', '-y', ...names]] },
  { program: 'apk', root: true, install: (names) => [['apk', 'add', '--no-cache', ...names]] },
  { program: 'pacman', root: true, install: (names) => [['pacman', '-Sy', '--noconfirm', ...names]] },
  {
    program: 'zypper',
    root: true,
    install: (names) => [['zypper', '--non-interactive', 'install', ...names]],
  },
  { program: 'brew', root: false, install: (names) => [['brew', 'install', ...names]] },
  {
    program: 'winget',
    root: false,
    install: (names) =>
      names.map((name) => [
        ...['winget', 'install', '--exact', '--id', name],
        ...['--accept-source-agreements', '--accept-package-agreements'],
      ]),
  },
  { program: 'choco', root: false, install: (names) => [['choco', 'install', '-y', ...names]] },
]

/** A program and the package it comes in, where that has another name. */
const ffmpeg = { program: 'ffmpeg', packages: { dnf: 'ffmpeg-free', winget: 'Gyan.FFmpeg' } }
/** Programs that the tests ask for a second opinion; perl runs exiftool, `identify` stands for ImageMagick, `soffice` for LibreOffice. */
const judges = [
  { program: 'openssl' },
  { program: 'perl' },
  { program: 'mediainfo' },
  { program: 'qpdf' },
  { program: 'pdftotext', packages: { 'apt-get': 'poppler-utils', brew: 'poppler', other: 'poppler-utils' } },
  { program: 'xmllint', packages: { 'apt-get': 'libxml2-utils', apk: 'libxml2-utils', other: 'libxml2' } },
  { program: 'identify', packages: { dnf: 'ImageMagick', zypper: 'ImageMagick', other: 'imagemagick' } },
  { program: 'softhsm2-util', packages: { 'apt-get': 'softhsm2', other: 'softhsm' } },
  { program: 'pkcs11-tool', packages: { other: 'opensc' } },
  // Comes with Archive::Zip, without which exiftool can't look into packages.
  {
    program: 'crc32',
    packages: { 'apt-get': 'libarchive-zip-perl', apk: 'perl-archive-zip', other: 'perl-Archive-Zip' },
  },
  {
    program: 'soffice',
    packages: {
      'apt-get': ['libreoffice-writer-nogui', 'libreoffice-calc-nogui', 'libreoffice-impress-nogui'],
      other: 'libreoffice',
    },
  },
  { program: 'unzip' },
  { program: 'zip' },
]

checkNode()
installPackages()
build()
provide(
  [ffmpeg],
  [
    'Text, pictures and WAV work without it; the visible label of video and the audible one of MP3 need it.',
    'https://ffmpeg.org/download.html',
  ],
)
if (process.argv.includes('--tests'))
  provide(judges, [
    'Some tests ask it for a second opinion and fail without it.',
    'your system’s documentation',
  ])

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  stop(
    `Node.js ${process.versions.node} is too old: 20.19 or newer is needed.`,
    'https://nodejs.org/en/download',
  )
}

/** pnpm comes through npx in the version the workspace names; the lock file decides everything else. */
function installPackages() {
  const stamp = join(root, 'node_modules', '.setup')
  const wanted = fingerprint()
  const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (installed && existsSync(join(root, 'node_modules', '.bin', windows ? 'yinji.cmd' : 'yinji'))) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  say('Installing packages …')
  const result = run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], { shell: windows })
  if (result.status !== 0) {
    show(result)
    stop('The packages could not be installed.', 'npm run setup   (again, once the network is back)')
  }
  writeFileSync(stamp, wanted)
}

/** Changes whenever the installed packages may have to. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  const manifests = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'))
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests.sort()])
    if (existsSync(join(root, path))) hash.update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/** Libraries incrementally, where it only looks when nothing has changed; then the command, which takes half a second. */
function build() {
  const fresh = !existsSync(join(root, 'packages', 'cli', 'bundle'))
  if (fresh) say('Building …')
  const steps = [
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'],
    [join(root, 'scripts', 'bundle.mjs')],
  ]
  for (const step of steps) {
    const result = run(process.execPath, step)
    if (result.status === 0) continue
    show(result)
    stop('The build failed.', 'npm run build')
  }
}

/** Installs programs that are missing, where that is allowed; says what to type where it is not, and goes on. */
function provide(tools, [why, where]) {
  const lacking = () => tools.filter(({ program }) => !find(program))
  if (lacking().length === 0) return
  const names = () =>
    lacking()
      .map(({ program }) => program)
      .join(', ')
  const manager = managers.find(({ program }) => find(program))
  const commands = manager?.install(lacking().flatMap((tool) => packageOf(tool, manager))) ?? []
  const typed = commands
    .map((command) => [...(manager.root ? ['sudo'] : []), ...command].join(' '))
    .join(' && ')
  const elevation = manager?.root ? elevate() : []
  if (manager && elevation) {
    say(`Installing ${names()} with ${manager.program} …`)
    for (const command of commands) {
      const [program, ...rest] = [...elevation, ...command]
      run(program, rest, { timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    }
    if (lacking().length === 0) return
    say(`${names()} could not be installed.`)
  } else say(`${names()} is missing.`)
  say(`${why} To install it, type:`)
  say(`    ${typed || `see ${where}`}`)
}

function packageOf({ program, packages = {} }, manager) {
  return packages[manager.program] ?? packages.other ?? program
}

/** The words that have to stand before a command to run it as root; undefined when we may not. */
function elevate() {
  if (process.getuid?.() === 0) return []
  return find('sudo') && run('sudo', ['-n', 'true'], { timeout: 5_000 }).status === 0
    ? ['sudo', '-n']
    : undefined
}

function run(command, args, options = {}) {
  return spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    ...options,
  })
}

function find(program) {
  const names = windows ? [`${program}.exe`, `${program}.cmd`] : [program]
  const folders = (process.env.PATH ?? process.env.Path ?? '').split(delimiter).filter(isAbsolute)
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))))
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

/** What a program that failed had to say, the end of it. */
function show({ stdout, stderr, error }) {
  const lines = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trimEnd().split('\n')
  say(lines.slice(-40).join('\n'))
}

function stop(what, type) {
  say(`\n${what}\nTry:\n    ${type}`)
  process.exit(1)
}
