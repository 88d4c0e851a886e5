/** Who labels, and whom a reviewer trusts. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Identity, loadIdentity, SignError, UsageError } from '@yinji/toolkit'
import type { Context } from './context.ts'

/** The identity in the home directory. Nobody to sign with is an error only when something is to be signed. */
export async function identityFor({ home }: Context, signing: boolean): Promise<Identity | undefined> {
  try {
    return await loadIdentity(home)
  } catch (error) {
    if (!signing && error instanceof SignError && error.code === 'sign.identity.missing') return undefined
    throw error
  }
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
