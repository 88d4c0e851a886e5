/**
 * Signing by a command of the user's: the key never enters this process. What is to be signed goes to its standard
 * input, the signature comes from its standard output, nothing else is said. So every tool with a key works, e.g.
 * `openssl dgst -sha256 -sign KEY`, or, with `input: 'digest'`, a token behind PKCS #11:
 * `pkcs11-tool --module MODULE --sign --mechanism ECDSA --id 01`, which looks at no `--label` when it signs.
 */
import { spawn } from 'node:child_process'
import { basename, isAbsolute } from 'node:path'
import { type Problem, problem, SignError, UsageError } from '@yinji/core'
import { digestFor } from './algorithm.ts'
import { createExternalSigner, type ExternalKey } from './external.ts'
import type { Signer } from './signer.ts'

/** A command that signs. */
export interface CommandKey {
  /** Absolute path of a program, and its arguments; no shell is involved. */
  readonly command: readonly [program: string, ...args: string[]]
  /** What the command is given: what is signed, or, for tokens that hash nothing themselves, its digest. Default `bytes`. */
  readonly input?: 'bytes' | 'digest' | undefined
  /** The signing certificate and those above it, PEM. */
  readonly chain: string
  /** The command is killed after so many seconds. Default 30: smart cards are slow, people are not waited for. */
  readonly timeoutSeconds?: number | undefined
  /** Its environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** The largest signature there is, of RSA with 16384 bits, has 2048 bytes. */
const mostOutput = 16 * 1024
const keptStderr = 1000

/**
 * A signer that runs a command for each signature. ECDSA signatures may be raw or DER; each is verified before it is used.
 * @throws UsageError when the program is no absolute path; SignError as `createExternalSigner`. Its `sign` throws
 * `sign.external.failed` when the command fails or takes too long.
 */
export function createCommandSigner(key: CommandKey, now = new Date()): Signer {
  const [program] = key.command
  if (!isAbsolute(program))
    throw new UsageError('usage.signer.invalid', { problem: problem(`${program} is no absolute path`) })
  const digested = key.input === 'digest'
  const sign: ExternalKey['sign'] = (bytes, algorithm) =>
    run(key, digested ? (digestFor(algorithm, bytes) ?? bytes) : bytes)
  const signer = createExternalSigner({ chain: key.chain, sign }, now)
  return {
    ...signer,
    sign: (bytes) => signer.sign(bytes).catch((error) => Promise.reject(explained(error, key))),
  }
}

/** A token has many keys, and the usual tool for them takes the first unless it is told by number. */
function explained(error: unknown, { command: [program, ...args] }: CommandKey): unknown {
  const wrong = error instanceof SignError && error.code === 'sign.external.wrong'
  const numbered = args.some((arg) => /^(?:-d|--id)/.test(arg))
  if (!wrong || numbered || !/^pkcs11-tool(?:\.exe)?$/.test(basename(program))) return error
  const told = problem(
    `${error.details['problem']}; pkcs11-tool signs with the first key of the token unless --id names another`,
  )
  return new SignError('sign.external.wrong', { ...error.details, problem: told }, { cause: error })
}

function run(key: CommandKey, input: Uint8Array): Promise<Uint8Array> {
  const [program, ...args] = key.command
  const { timeoutSeconds = 30, env } = key
  return new Promise((resolve, reject) => {
    const fail = (problem: Problem, cause?: unknown) =>
      reject(new SignError('sign.external.failed', { problem }, { cause }))
    const child = spawn(program, args, {
      ...(env ? { env } : {}),
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    const output: Buffer[] = []
    let size = 0
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > mostOutput) child.kill('SIGKILL')
      else output.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-keptStderr)
    })
    child.stdin.on('error', () => {}) // a command that doesn't read shows in its exit code
    child.on('error', (error) => fail(`${program} can’t be run`, error))
    child.on('close', (code, signal) => {
      if (size > mostOutput) return fail('it wrote far more than a signature')
      if (signal !== null) return fail(`no answer within ${timeoutSeconds} seconds`)
      const words = said.trim().replaceAll(/\s+/g, ' ') // several lines, shown in one
      if (code !== 0) return fail(words ? `exit code ${code}: ${words}` : `exit code ${code}`)
      resolve(Buffer.concat(output))
    })
    child.stdin.end(input)
  })
}
