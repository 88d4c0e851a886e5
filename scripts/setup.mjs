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
    commands: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'],
    ],
  },
  { program: 'dnf', root: true, commands: [['dnf', 'install', '-y', 'ffmpeg-free']] },
  { program: 'apk', root: true, commands: [['apk', 'add', '--no-cache', 'ffmpeg']] },
  { program: 'pacman', root: true, commands: [['pacman', '-Sy', '--noconfirm', 'ffmpeg']] },
  { program: 'zypper', root: true, commands: [['zypper', '--non-interactive', 'install', 'ffmpeg']] },
  { program: 'brew', root: false, commands: [['brew', 'install', 'ffmpeg']] },
  {
    program: 'winget',
    root: false,
    commands: [
      [
        'winget',
        'install',
        '--exact',
        '--id',
        'Gyan.FFmpeg',
        '--accept-source-agreements',
        '--accept-package-agreements',
      ],
    ],
  },
  { program: 'choco', root: false, commands: [['choco', 'install', '-y', 'ffmpeg']] },
]

checkNode()
installPackages()
build()
provideFfmpeg()

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

/** Incremental: when nothing has changed it only looks. */
function build() {
  const fresh = !existsSync(join(root, 'packages', 'cli', 'dist'))
  if (fresh) say('Building …')
  const result = run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  if (result.status === 0) return
  show(result)
  stop('The build failed.', 'npm run build')
}

/** Only the labels of video and MP3 need it, so a machine without it is still of use. */
function provideFfmpeg() {
  if (find('ffmpeg')) return
  const manager = managers.find(({ program }) => find(program))
  const typed = manager?.commands
    .map((command) => [...(manager.root ? ['sudo'] : []), ...command].join(' '))
    .join(' && ')
  const elevation = manager?.root ? elevate() : []
  if (manager && elevation) {
    say(`Installing ffmpeg with ${manager.program} …`)
    for (const command of manager.commands) {
      const [program, ...rest] = [...elevation, ...command]
      run(program, rest, { timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    }
    if (find('ffmpeg')) return
    say('ffmpeg could not be installed.')
  } else say('ffmpeg is missing.')
  say(
    'Text, pictures and WAV work without it; the visible label of video and the audible one of MP3 need it. To install it, type:',
  )
  say(`    ${typed ?? 'see https://ffmpeg.org/download.html'}`)
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
