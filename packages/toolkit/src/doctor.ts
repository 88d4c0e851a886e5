/** Checks what a machine needs: Node, image library, ffmpeg, identity. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { YinjiError } from '@yinji/core'
import { checkFfmpeg, checkImages } from '@yinji/media'
import { loadIdentity } from './identity.ts'

/** One thing `doctor` looked at. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** What to do, when not ok. */
  readonly next: string
}

/** Where to look. */
export interface DoctorOptions {
  /** Directory of the identity. */
  readonly home: string
  /** Path of ffmpeg, when it is known. */
  readonly ffmpeg?: string | undefined
}

/** Checks Node, the image library, ffmpeg and the identity; never throws, every problem is a check that is not ok. */
export async function doctor(options: DoctorOptions): Promise<Check[]> {
  return [
    node(),
    await attempt('images', 'Reinstall with `npm run setup`.', () => checkImages()),
    await attempt('ffmpeg', 'Install ffmpeg; text and images work without it.', () => checkFfmpeg(options)),
    await attempt('identity', `Run \`yinji init --provider NAME\`.`, () => identity(options.home)),
    await attempt('key files', `Run \`chmod 600 ${join(options.home, 'signer.key')}\`.`, () =>
      keyModes(options.home),
    ),
  ]
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return {
    name: 'node',
    ok: major > 20 || (major === 20 && minor >= 19),
    detail: process.versions.node,
    next: 'Install Node.js 20.19 or newer.',
  }
}

async function attempt(name: string, next: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await check(), next: '' }
  } catch (error) {
    const explained = error instanceof YinjiError ? error.explain('en') : undefined
    const detail = explained?.title ?? (error instanceof Error ? error.message : String(error))
    return { name, ok: false, detail, next: explained?.next || next }
  }
}

async function identity(home: string): Promise<string> {
  const { provider, system } = await loadIdentity(home)
  return [provider.name, provider.code, system?.name].filter(Boolean).join(' · ')
}

/** A private key that others can read is no private key. */
async function keyModes(home: string): Promise<string> {
  for (const name of ['signer.key', 'ca/root.key', 'ca/issuing.key']) {
    const { mode } = await stat(join(home, name))
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Error(`${name} can be read by others (mode ${(mode & 0o777).toString(8)})`)
  }
  return 'mode 600'
}
