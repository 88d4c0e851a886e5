/**
 * Revocation lists and OCSP answers from files, and the newest list of each authority that was used here: it is kept in
 * `revocation/`, so that nobody can offer an older one later.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '@yinji/core'
import {
  type Crl,
  createRevocation,
  type Revocation,
  type RevocationMode,
  readCrl,
  readOcsp,
} from '@yinji/provenance'
import { replaceFile } from './replace-file.ts'

/** Where to look for what has been taken back. */
export interface RevocationFiles {
  /** Directory of the kept lists: that of the identity. */
  readonly home: string
  /** Paths of revocation lists, DER or PEM. */
  readonly crls?: readonly string[] | undefined
  /** Paths of OCSP responses, DER. */
  readonly ocsps?: readonly string[] | undefined
  /** Default `soft`. */
  readonly mode?: RevocationMode | undefined
}

const kept = (home: string) => join(home, 'revocation')

/**
 * Lists and answers from files, and the lists that are kept.
 * @throws UsageError when a file is none, or a list is older than the one that is kept.
 */
export async function loadRevocation({
  home,
  crls = [],
  ocsps = [],
  mode,
}: RevocationFiles): Promise<Revocation> {
  const own = await keptLists(home)
  const given = await Promise.all(
    crls.map(async (path) => {
      const bytes = await readBytes(path)
      const list = readCrl(bytes)
      if (list === undefined) throw new UsageError('usage.crl.unreadable', { path })
      const newer = own.find(({ issuer, number }) => issuer === list.issuer && number > list.number)
      if (newer)
        throw new UsageError('usage.crl.rollback', {
          path,
          have: String(newer.number),
          got: String(list.number),
        })
      return list
    }),
  )
  const answers = await Promise.all(
    ocsps.map(async (path) => {
      const bytes = await readBytes(path)
      if (readOcsp(bytes) === undefined) throw new UsageError('usage.crl.unreadable', { path })
      return bytes
    }),
  )
  return createRevocation({ mode, crls: [...own, ...given].map(({ der }) => der), ocsps: answers })
}

/** Keeps the lists that were used: their signatures hold, by authorities that lead to an anchor. */
export async function keepRevocation(home: string, { used }: Revocation): Promise<void> {
  const own = await keptLists(home)
  for (const list of used) {
    const old = own.find(({ issuer }) => issuer === list.issuer)
    if (old && old.number >= list.number) continue
    const name = createHash('sha256').update(list.issuer).digest('hex').slice(0, 32)
    await replaceFile(join(kept(home), `${name}.crl`), list.der)
  }
}

async function keptLists(home: string): Promise<Crl[]> {
  const names = await readdir(kept(home)).catch(() => [])
  const lists = names
    .filter((name) => name.endsWith('.crl') && !name.startsWith('.'))
    .map(async (name) => readCrl(await readBytes(join(kept(home), name))) ?? [])
  return (await Promise.all(lists)).flat()
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new UsageError('usage.crl.unreadable', { path }, { cause: error })
  })
}
