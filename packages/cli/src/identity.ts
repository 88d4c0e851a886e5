/** Who labels, and whom a reviewer trusts. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Identity, loadIdentity, SignError, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from './context.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from './passphrase.ts'

/**
 * The identity in the home directory. Nobody to sign with is an error only when something is to be signed.
 * @param together One request for a time stamp for so many files.
 */
export async function identityFor(
  context: Context,
  signing: boolean,
  flags: KeyFlags = {},
  together?: { readonly seconds: number; readonly most: number },
): Promise<Identity | undefined> {
  const { timestamp: url, staple } = flags
  const passphrase = passphraseFor(flags, context)
  try {
    return await loadIdentity(context.home, undefined, {
      passphrase,
      staple,
      batch: together,
      timestamp: url === undefined ? undefined : { url },
    })
  } catch (error) {
    if (!signing && error instanceof SignError && error.code === 'sign.identity.missing') return undefined
    throw error
  }
}

/** Options of commands that sign. */
export interface KeyFlags extends PassphraseFlags {
  readonly timestamp?: string
  readonly staple?: true
}

/** Adds them to a command. */
export function keyOptions(command: Command, context: Context): void {
  const { t } = context
  command
    .optionsGroup(t('Signing:', '签名：'))
    .option('--timestamp <url>', t('have a time-stamp authority attest the time', '由时间戳机构证明签名时间'))
  command.option(
    '--staple',
    t(
      'carry the authority’s word that the certificate is good; to be time-stamped, now or by update --stamp',
      '随附发证机构关于证书有效的应答；须加盖时间戳，可同时进行，也可之后用 update --stamp',
    ),
  )
  passphraseOption(command, context)
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
