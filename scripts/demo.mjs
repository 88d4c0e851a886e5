/**
 * The main job from end to end, with the command that people use: a throw-away provider labels a picture, a video, a
 * sound and a text; a reviewer verifies them; one changed byte is caught. Needs no key, account, server or network.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, relative } from 'node:path'
import process from 'node:process'
import { cut, pad, painter, safe, width } from '../packages/cli/dist/paint.js'

const root = join(import.meta.dirname, '..')
const out = join(root, 'out', 'demo')
const home = mkdtempSync(join(tmpdir(), 'yinji-demo-'))
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = painter(colour)
const started = Date.now()

try {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  title()
  introduce()
  const receipts = label()
  review(receipts)
  tamper(receipts[0])
  farewell()
} catch (error) {
  process.stderr.write(`\n${paint('red', '✗')} The demo went wrong: ${error.message}\n`)
  process.exitCode = 1
} finally {
  rmSync(home, { recursive: true, force: true })
}

function title() {
  const text = ' 印记 Yinji   label AI content, sign the label, check both '
  const line = '─'.repeat(width(text))
  print(`\n  ┌${line}┐\n  │${paint('bold', text)}│\n  └${line}┘`)
}

function introduce() {
  step(1, 'A provider makes an identity')
  const words = ['init', '--provider', 'Acme AI', '--system', 'Acme Painter', '--system-version', '3.1']
  const [{ provider, system }] = json(yinji(words, { shown: true }))
  print(`     ${tick()} ${provider.name} · ${system.name} ${system.version}`)
  print(paint('dim', '       key and certificates live in a temporary folder and are gone after this demo'))
}

function label() {
  step(2, 'It labels a picture, a video, a sound and a text')
  const names = ['photo.jpg', 'clip.mp4', 'music.wav', 'story.txt']
  for (const name of names) cpSync(join(root, 'fixtures', name), join(out, name))
  const ffmpeg = json(yinji(['doctor'], { may: [0, 4] }))[0].find(({ name }) => name === 'ffmpeg')
  const silent = ffmpeg.ok ? [] : names.filter((name) => name.endsWith('.mp4'))
  const receipts = [
    ...json(yinji(['label', ...names.filter((name) => !silent.includes(name))], { shown: true })),
    ...(silent.length > 0 ? json(yinji(['label', '--no-visible', ...silent], { shown: true })) : []),
  ]
  const column = Math.max(...receipts.flatMap(({ written }) => written.map(({ place }) => width(place))))
  for (const receipt of receipts) showReceipt(receipt, column)
  if (silent.length > 0)
    print(`     ${paint('yellow', '!')} ffmpeg is missing, so the video has no visible label. ${ffmpeg.next}`)
  return receipts
}

function showReceipt({ path, written }, column) {
  print(`     ${tick()} ${paint('bold', relative(root, path))}`)
  const room = Math.max(30, (process.stdout.columns ?? 120) - column - 22)
  for (const { layer, place, what } of written)
    print(
      `         ${paint('dim', pad(layer, 9))} ${pad(safe(place), column)}  ${paint('dim', cut(gist(what), room))}`,
    )
}

/** The essence of what was written: fields without their punctuation, terms without their address. */
function gist(what) {
  if (/^https?:/.test(what)) return `DigitalSourceType ${what.slice(what.lastIndexOf('/') + 1)}`
  if (!what.startsWith('{')) return safe(what)
  const { Label, ContentProducer, ProduceID } = JSON.parse(what)
  return safe(`AIGC Label ${Label} · ContentProducer ${ContentProducer} · ProduceID ${ProduceID}`)
}

function review(receipts) {
  step(3, 'A reviewer verifies them')
  const files = receipts.map(({ path }) => relative(out, path))
  const reports = json(yinji(['verify', ...files], { shown: true }))
  const column = Math.max(...files.map(width))
  for (const { verdict, asset, origin, signer } of reports) {
    const words = [origin.involvement === 'generated' ? 'AI-generated' : origin.involvement, origin.provider]
    const when = origin.createdAt.slice(0, 10)
    print(
      `     ${tick()} ${paint('green', verdict)}  ${pad(safe(asset.name), column)}  ${words.join(' · ')} · ${when}`,
    )
    if (verdict !== 'trusted' || signer === null) fail(`${asset.name} should be trusted, but is ${verdict}`)
  }
}

function tamper({ path }) {
  step(4, 'Somebody changes one byte of a copy')
  const bytes = readFileSync(path)
  const at = quietByte(bytes)
  const before = bytes[at]
  bytes[at] = before ^ 1
  const name = `photo.changed${extname(path)}`
  writeFileSync(join(out, name), bytes)
  const hex = (value) => `0x${value.toString(16).padStart(2, '0')}`
  print(
    paint(
      'dim',
      `     byte ${at.toLocaleString('en')} of ${bytes.length.toLocaleString('en')}: ${hex(before)} becomes ${hex(bytes[at])}`,
    ),
  )
  const verdict = yinji(['verify', name], { shown: true, may: [1], plain: true })
  for (const line of verdict.trimEnd().split('\n')) print(`     ${line}`)
}

/** A byte of picture data whose change leaves the structure of the JPEG alone. */
function quietByte(bytes) {
  let at = Math.floor(bytes.length * 0.7)
  while (bytes.subarray(at - 1, at + 2).some((value) => value >= 0xfe)) at++
  return at
}

function farewell() {
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  print(
    `\n  Done in ${seconds} s. The files are in ${paint('bold', `${relative(process.cwd(), out) || out}/`)}. Now with yours:`,
  )
  print(`\n     ${paint('cyan', 'npx yinji init --provider "Your name"')}`)
  print(`     ${paint('cyan', 'npx yinji label FILE')}\n`)
}

/** Runs the real command. It speaks JSON to us, except where its own words are shown. */
function yinji(words, { shown = false, may = [0], plain = false } = {}) {
  if (shown)
    print(
      `     ${paint('cyan', `$ yinji ${words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')}`)}`,
    )
  const options = [
    '--lang',
    'en',
    '--color',
    plain && colour ? 'always' : 'never',
    ...(plain ? [] : ['--json']),
  ]
  const bin = join(root, 'node_modules', 'yinji', 'bin', 'yinji.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words, ...options], {
    cwd: out,
    env: { ...process.env, YINJI_HOME: home },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  if (!may.includes(status)) fail(`yinji ${words[0]} ended with exit code ${status}\n${stderr}`)
  return stdout
}

/** One value, or one per line. */
function json(text) {
  try {
    return [JSON.parse(text)]
  } catch {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
}

function step(number, text) {
  print(`\n  ${paint('bold', `${number}  ${text}`)}`)
}

function tick() {
  return paint('green', '✓')
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

function fail(what) {
  throw new Error(what)
}
