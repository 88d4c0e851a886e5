/** Files with private keys: for the owner’s eyes only, on the way in as on the way out. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { SignError } from '@yinji/core'

/** @throws SignError when it is missing, or somebody else on this machine can read it. */
export async function readKeyFile(path: string): Promise<string> {
  const missing = (cause: unknown) => new SignError('sign.key.missing', { path }, { cause })
  const { mode } = await stat(path).catch((error: unknown) => {
    throw missing(error)
  })
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new SignError('sign.key.exposed', { path, mode: (mode & 0o777).toString(8).padStart(4, '0') })
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw missing(error)
  })
}

/** Never over a file that is there already. */
export async function writeKeyFile(path: string, pem: string): Promise<void> {
  await writeFile(path, pem, { mode: 0o600, flag: 'wx' })
}
