/** Who labels, and whom a reviewer trusts. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Identity, loadIdentity, SignError, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** The identity in the home directory. Nobody to sign with is an error only when something is to be signed. */
export async function identityFor(
  { home, io }: Context,
  signing: boolean,
  flags: KeyFlags = {},
): Promise<Identity | undefined> {
  const { timestamp: url, passphraseFile } = flags
  const passphrase = async () =>
    passphraseFile === undefined ? io.env['YINJI_PASSPHRASE'] : readPassphrase(passphraseFile, io.cwd)
  try {
    return await loadIdentity(home, undefined, {
      passphrase,
      timestamp: url === undefined ? undefined : { url },
    })
  } catch (error) {
    if (!signing && error instanceof SignError && error.code === 'sign.identity.missing') return undefined
    throw error
  }
}

/** Options of commands that sign. */
export interface KeyFlags {
  readonly timestamp?: string
  readonly passphraseFile?: string
}

/** Adds them to a command. */
export function keyOptions(command: Command, { t }: Context): void {
  command
    .optionsGroup(t('Signing:', '签名：'))
    .option('--timestamp <url>', t('have a time-stamp authority attest the time', '由时间戳机构证明签名时间'))
    .option(
      '--passphrase-file <file>',
      t(
        'opens an encrypted key (or set YINJI_PASSPHRASE)',
        '打开加密密钥的口令文件（或设置 YINJI_PASSPHRASE）',
      ),
    )
}

/** The first line of the file. */
async function readPassphrase(name: string, cwd: string): Promise<string> {
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: unknown) => {
    throw new SignError('sign.key.missing', { path: name }, { cause: error })
  })
  return text.split(/\r?\n/, 1)[0] ?? ''
}

/** Our own root, if there is one, and every file of anchors that was named. */
export async function trustFor(files: readonly string[], { home, io }: Context): Promise<string[]> {
  const own = await readFile(join(home, 'ca', 'root.pem'), 'utf8').catch(() => undefined)
  const named = await Promise.all(files.map((file) => readAnchors(file, resolve(io.cwd, file))))
  return [...(own === undefined ? [] : [own]), ...named]
}

async function readAnchors(name: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('usage.trust.unreadable', { path: name }, { cause: error })
  })
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError('usage.trust.unreadable', { path: name })
  return text
}
