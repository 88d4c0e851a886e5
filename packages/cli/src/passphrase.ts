/** Passphrases: from a file, from the environment, or typed in where there is somebody to type. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SignError, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** The option of commands that open keys. */
export interface PassphraseFlags {
  readonly passphraseFile?: string
}

/** Adds it to a command. */
export function passphraseOption(command: Command, { t }: Context): Command {
  return command.option(
    '--passphrase-file <file>',
    t(
      'its first line opens encrypted keys (or set YINJI_PASSPHRASE)',
      '首行为打开加密密钥的口令（或设置 YINJI_PASSPHRASE）',
    ),
  )
}

/**
 * Asks when it is called, not before.
 * @param twice A new passphrase is asked for twice: nobody sees what they type.
 */
export function passphraseFor(
  { passphraseFile }: PassphraseFlags,
  { io, t }: Context,
  { twice = false } = {},
): () => Promise<string | undefined> {
  return async () => {
    if (passphraseFile !== undefined) return firstLine(passphraseFile, io.cwd)
    const known = io.env['YINJI_PASSPHRASE']
    if (known !== undefined || io.ask === undefined) return known
    const typed = await io.ask(t('Passphrase: ', '口令：'))
    if (twice && (await io.ask(t('The same again: ', '再次输入：'))) !== typed)
      throw new UsageError('usage.passphrase.differs')
    return typed
  }
}

async function firstLine(name: string, cwd: string): Promise<string> {
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: unknown) => {
    throw new SignError('sign.key.missing', { path: name }, { cause: error })
  })
  return text.split(/\r?\n/, 1)[0] ?? ''
}
