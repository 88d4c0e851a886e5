/**
 * The one file that knows ffmpeg: finds the programs, runs them with a time limit, and says in our own words what went
 * wrong. No shell, no standard input, arguments as arrays, files by absolute `file:` URL so that no name can be taken
 * for an option, a protocol or a pattern.
 */
import { execFile } from 'node:child_process'
import { dirname, extname, join, resolve } from 'node:path'
import { ToolError, throwIfAborted } from '@yinji/core'
import type { FfmpegCommand } from 'fluent-ffmpeg'

export interface Tools {
  /** A path, or a name to be found on the search path. Default `ffmpeg`. ffprobe is taken from beside it. */
  readonly ffmpeg?: string | undefined
}

export interface RunOptions {
  readonly tools?: Tools | undefined
  readonly signal?: AbortSignal | undefined
  /** Seconds of output written so far. */
  readonly onProgress?: ((seconds: number) => void) | undefined
  /** The program is killed after this time. */
  readonly timeoutSeconds: number
}

export interface Command {
  /** Inputs in order, each with the options that stand before its `-i`. */
  readonly inputs: readonly { readonly path: string; readonly options?: readonly string[] }[]
  /** Filters, maps, codecs. */
  readonly options: readonly string[]
  readonly output: string
}

/** Only files are ever opened, whatever a hostile playlist or reference in the input says. */
const inputGuard = ['-protocol_whitelist', 'file']

/** Runs ffmpeg. @throws ToolError `tool.ffmpeg.missing`, `tool.ffmpeg.failed`, `tool.ffmpeg.lacking`, `tool.timeout`; the abort reason. */
export async function runFfmpeg(command: Command, options: RunOptions): Promise<void> {
  throwIfAborted(options.signal)
  const { default: ffmpeg } = await import('fluent-ffmpeg') // many have nothing for ffmpeg to do
  const run = ffmpeg()
  useProgram(run, programOf(options.tools))
  for (const { path, options: before = [] } of command.inputs)
    run.input(fileUrl(path)).inputOptions(...pair([...inputGuard, ...before]))
  run.outputOptions(...pair(['-nostdin', '-hide_banner', '-loglevel', 'error', '-stats', ...command.options]))
  run.output(fileUrl(command.output))
  await finished(run, options)
}

/** fluent-ffmpeg takes a lone argument apart at its spaces; two or more it leaves alone. */
function pair(options: readonly string[]): [string, string, ...string[]] {
  const [first = '', second = '', ...rest] = options
  return [first, second, ...rest]
}

type Spawn = (args: string[], options: object, started: unknown, ended: Ended) => void
type Ended = (error: unknown, stdout?: Lines, stderr?: Lines) => void
interface Lines {
  get(): string
}

/**
 * fluent-ffmpeg finds its program through the environment, remembers it for the whole process, and asks it twice for
 * its abilities. A library reads no environment, and two toolkits may use two programs: so each command is told.
 * It also leaves standard input open, and takes the process down when a program can't be started.
 */
function useProgram(run: FfmpegCommand, program: string): void {
  const spawn: Spawn = Reflect.get(run, '_spawnFfmpeg')
  const none: Lines = { get: () => '' }
  Object.assign(run, {
    _getFfmpegPath: (callback: (error: null, path: string) => void) => callback(null, program),
    _checkCapabilities: (callback: (error: null) => void) => callback(null),
    availableEncoders: (callback: (error: null, encoders: object) => void) => callback(null, {}),
    _spawnFfmpeg: (args: string[], options: object, started: unknown, ended: Ended) =>
      spawn.call(run, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }, started, (error, out, err) =>
        ended(error, out ?? none, err ?? none),
      ),
  })
}

function finished(run: FfmpegCommand, options: RunOptions): Promise<void> {
  const { signal, onProgress, timeoutSeconds } = options
  let reason: unknown
  const stop = (why: unknown) => {
    reason ??= why
    run.kill('SIGKILL')
  }
  const abort = () => stop(signal?.reason)
  const timeout = new ToolError('tool.timeout', { tool: 'ffmpeg', seconds: timeoutSeconds })
  const timer = setTimeout(() => stop(timeout), timeoutSeconds * 1000)
  signal?.addEventListener('abort', abort)
  return new Promise<void>((done, fail) => {
    run.on('start', () => {
      if (reason !== undefined) run.kill('SIGKILL') // stopped before there was anything to kill
    })
    run.on('stderr', (line: string) => {
      const seconds = secondsOf(line)
      if (seconds !== undefined) onProgress?.(seconds)
    })
    run.on('end', () => done())
    // Also after a kill, so that nothing writes any more once this has failed.
    run.on('error', (error: unknown, _: unknown, stderr: unknown) => fail(reason ?? failure(error, stderr)))
    run.run()
  }).finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  })
}

/** `time=00:01:02.34` of a progress line. */
function secondsOf(line: string): number | undefined {
  const match = /time=(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(line)
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined
}

/** How ffmpeg says that it lacks an encoder, an option, a filter or a format. */
const lack =
  /(?:Unknown (?:encoder|bitstream filter)|Unrecognized option|No such filter:|Requested output format) '[^'\n]*'|Decoder \([^)\n]*\) not found/

function failure(error: unknown, stderr: unknown): ToolError {
  if (isMissing(error)) return new ToolError('tool.ffmpeg.missing', {}, { cause: error })
  const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : String(error)
  const what = lack.exec(text)?.[0]
  if (what !== undefined) return new ToolError('tool.ffmpeg.lacking', { what }, { cause: error })
  return new ToolError('tool.ffmpeg.failed', { stderr: tail(text) }, { cause: error })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
}

/** The last words, without progress lines: the reason stands there. */
function tail(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !/^(frame|size)=/.test(line))
  return lines.slice(-3).join(' · ').slice(-500)
}

const fileUrl = (path: string) => `file:${resolve(path)}`

const programOf = (tools: Tools | undefined) => tools?.ffmpeg ?? 'ffmpeg'

/** ffprobe is installed beside ffmpeg; without a directory both are found on the search path. */
function probeProgram(tools: Tools | undefined): string {
  const program = programOf(tools)
  const name = `ffprobe${extname(program).toLowerCase() === '.exe' ? '.exe' : ''}`
  return dirname(program) === '.' && !program.startsWith('.') ? name : join(dirname(program), name)
}

/** What ffprobe reports, as it reports it; see `-show_streams` and `-show_format`. */
export interface Probe {
  readonly streams: readonly Fields[]
  readonly format: Fields
  readonly chapters: readonly Fields[]
  readonly version: string
}

export type Fields = Readonly<Record<string, unknown>>

type ProbeOptions = Omit<RunOptions, 'onProgress'>

/** Looks at a media file. @throws ToolError as `runFfmpeg` does. */
export async function probe(path: string, options: ProbeOptions): Promise<Probe> {
  const shown = ['-show_streams', '-show_format', '-show_chapters', '-show_program_version']
  const root = await runProbe(path, shown, options)
  return {
    streams: listOf(root['streams']),
    format: fieldsOf(root['format']),
    chapters: listOf(root['chapters']),
    version: String(fieldsOf(root['program_version'])['version'] ?? ''),
  }
}

/** The last packets of a stream, in file order: `pts` and `duration` in ticks. */
export async function probeEnd(path: string, stream: number, options: ProbeOptions): Promise<Fields[]> {
  const place = ['-select_streams', `${stream}`, '-read_intervals', '99999999%']
  return listOf(
    (await runProbe(path, [...place, '-show_entries', 'packet=pts,duration'], options))['packets'],
  )
}

function runProbe(path: string, shown: readonly string[], options: ProbeOptions): Promise<Fields> {
  const args = ['-v', 'error', ...inputGuard, ...shown, '-of', 'json', fileUrl(path)]
  return new Promise((done, fail) => {
    const settings = {
      timeout: options.timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 << 20,
    } as const
    const child = execFile(probeProgram(options.tools), args, settings, (error, stdout, stderr) => {
      options.signal?.removeEventListener('abort', abort)
      if (options.signal?.aborted) fail(options.signal.reason)
      else if (error?.killed)
        fail(new ToolError('tool.timeout', { tool: 'ffprobe', seconds: options.timeoutSeconds }))
      else if (error) fail(failure(error, stderr))
      else done(fieldsOf(JSON.parse(stdout)))
    })
    const abort = () => child.kill('SIGKILL')
    options.signal?.addEventListener('abort', abort)
    if (options.signal?.aborted) abort()
    child.stdin?.end()
  })
}

/** A JSON object, or an empty one where something else stands. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

/** The first whose `overlay` knows pictures of ten bits. */
const oldest = [4, 3] as const

/** Whether a version of ffmpeg comes before another. Builds without a number are newer. */
export function isBefore(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /^n?(\d+)\.(\d+)/.exec(version)
  return (
    match !== null && (Number(match[1]) < major || (Number(match[1]) === major && Number(match[2]) < minor))
  )
}

/** Version, and the encoders that visible labels need. @throws ToolError when ffmpeg or one of them is missing or old. */
export async function checkFfmpeg(tools: Tools = {}): Promise<string> {
  const version = /^ffmpeg version (\S+)/m.exec(await ask(tools, '-version'))?.[1] ?? 'unknown version'
  const encoders = await ask(tools, '-encoders')
  const missing = ['libx264', 'libmp3lame'].filter((name) => !encoders.includes(` ${name} `))
  if (missing.length > 0) throw new ToolError('tool.ffmpeg.lacking', { what: missing.join(', ') })
  if (isBefore(version, oldest)) throw new ToolError('tool.ffmpeg.lacking', { what: version })
  return version
}

function ask(tools: Tools, question: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = execFile(
      programOf(tools),
      ['-hide_banner', question],
      { timeout: 10_000, maxBuffer: 4 << 20 },
      (error, stdout, stderr) => (error ? fail(failure(error, stderr)) : done(stdout)),
    )
    child.stdin?.end()
  })
}
