/** For tests only: an authority, and copies of it to do with as one likes. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthorityEntry } from '@yinji/core'
import { generatePrivateKey, openCertificateKey, requestCertificate } from '@yinji/provenance/certificates'
import { afterAll } from 'vitest'
import { foundAuthority } from './index.ts'

export const folder = mkdtempSync(join(tmpdir(), 'yinji-authority-'))
afterAll(() => rmSync(folder, { recursive: true }))
export const secret = async () => 'five random words of one’s own'
export const code = '001191110102MACQD9K64010000'
export const subject = { organization: 'Acme AI', commonName: 'Acme Painter', code }
const founded = join(folder, 'founded')
await foundAuthority(founded, { organization: '示例部', country: 'CN', passphrase: secret })

export const entriesOf = (directory: string) =>
  readdirSync(join(directory, 'record')).map(
    (name) => JSON.parse(readFileSync(join(directory, 'record', name), 'utf8')) as AuthorityEntry,
  )
let copies = 0
/** An authority of one’s own for each test. */
export const fresh = () => {
  const directory = join(folder, String(++copies))
  cpSync(founded, directory, { recursive: true })
  return directory
}
export const request = async (kind: 'P-256' | 'SM2' | 'Ed25519' = 'P-256') =>
  requestCertificate(
    { organization: 'x', commonName: 'y' },
    openCertificateKey(await generatePrivateKey(kind)),
  )
