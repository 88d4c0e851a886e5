/** Founds an authority: keys, roots, the first issuing CAs, and a record that begins with them. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type AuthoritySettings, authoritySettingsSchema, InputError, UsageError } from '@yinji/core'
import { pemOf } from '@yinji/provenance'
import { backdated, issueCertificate, type KeyKind, lifetimes } from '@yinji/provenance/certificates'
import { outputError } from '../target.ts'
import { openRecord } from './record.ts'
import type { Family } from './state.ts'
import { openVault, type Passphrase, registerKey, type Vault } from './vault.ts'

/** What an authority is made from. */
export interface NewAuthority {
  /** O of its certificates: the ministry, body or company that runs it. */
  readonly organization: string
  /** C: two letters, ISO 3166. */
  readonly country?: string | undefined
  /** Where `ca serve` will be reached, `http://…`: stands in every certificate. Default: nothing stands there. */
  readonly url?: string | undefined
  /** Kind of the keys that certify keys for manifests. Default P-256, which every validator knows. */
  readonly kind?: Exclude<KeyKind, 'SM2'> | undefined
  /** Certify SM2 keys as well, which sign labels. Default true. */
  readonly sm2?: boolean | undefined
  /** Seals the keys. */
  readonly passphrase: Passphrase
  readonly now?: Date | undefined
}

/** @throws InputError when there is something in the directory already. */
export async function foundAuthority(directory: string, request: NewAuthority): Promise<AuthoritySettings> {
  const { kind = 'P-256', sm2 = true, now = new Date() } = request
  const settings = parse({
    schema: 'yinji.authority/1',
    organization: request.organization,
    country: request.country,
    families: sm2 ? ['c2pa', 'sm2'] : ['c2pa'],
    url: request.url?.replace(/\/+$/, ''),
  })
  if ((await readdir(directory).catch(() => [])).length > 0)
    throw new InputError('authority.exists', { path: directory })
  const fresh = join(dirname(directory), `.authority-${now.getTime()}-${process.pid}`)
  try {
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    const vault = openVault(fresh, request.passphrase)
    await writeFile(join(fresh, 'authority.json'), `${JSON.stringify(settings, null, 2)}\n`)
    await vault.make(registerKey, 'SM2')
    for (const family of settings.families) {
      await foundRoot(fresh, family, family === 'sm2' ? 'SM2' : kind, settings, vault, now)
      await foundIssuing(fresh, family, 1, family === 'sm2' ? 'SM2' : kind, settings, vault, now)
    }
    await rename(fresh, directory)
  } catch (error) {
    throw outputError(error, directory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return settings
}

async function foundRoot(
  directory: string,
  family: Family,
  kind: KeyKind,
  settings: AuthoritySettings,
  vault: Vault,
  now: Date,
): Promise<void> {
  await mkdir(join(directory, family), { mode: 0o700 })
  const key = await vault.make(`${family}/root`, kind)
  const certificate = await issueCertificate(
    {
      profile: 'root',
      subject: subjectOf(settings, family, 'Root CA'),
      publicKey: key.publicKey,
      notBefore: new Date(now.getTime() - backdated),
      notAfter: new Date(now.getTime() + lifetimes.root),
    },
    { key },
  )
  await keep(directory, family, 'root', certificate, now)
}

/** A new issuing CA under the root of its family. */
export async function foundIssuing(
  directory: string,
  family: Family,
  number: number,
  kind: KeyKind,
  settings: AuthoritySettings,
  vault: Vault,
  now: Date,
): Promise<void> {
  const record = await openRecord(join(directory, 'record'), () => {})
  const root = record.entries.find(
    (entry) => entry.type === 'authority' && entry.family === family && entry.name === 'root',
  )
  if (root?.type !== 'authority') throw new InputError('authority.missing', { path: directory })
  const rootDer = Buffer.from(root.certificate, 'base64')
  const name = `issuing-${number}`
  const key = await vault.make(`${family}/${name}`, kind)
  const certificate = await issueCertificate(
    {
      profile: 'issuing',
      subject: subjectOf(settings, family, `Issuing CA ${number}`),
      publicKey: key.publicKey,
      notBefore: new Date(now.getTime() - backdated),
      notAfter: new Date(now.getTime() + lifetimes.issuing),
      ...whereabouts(settings, family, 'root'),
    },
    { certificate: rootDer, key: await vault.open(`${family}/root`) },
  )
  await keep(directory, family, name, certificate, now)
}

/**
 * Where `ca serve` offers what belongs to certificates of this issuer. For a root nobody answers: its key is kept away
 * from the network, and its list lasts.
 */
export function whereabouts({ url }: AuthoritySettings, family: Family, issuer: string) {
  if (url === undefined) return {}
  return {
    crl: `${url}/${family}/${issuer}.crl`,
    issuer: `${url}/${family}/${issuer}.cer`,
    ...(issuer === 'root' ? {} : { ocsp: `${url}/ocsp` }),
  }
}

async function keep(
  directory: string,
  family: Family,
  name: string,
  der: Uint8Array,
  now: Date,
): Promise<void> {
  await writeFile(join(directory, family, `${name}.pem`), pemOf('CERTIFICATE', der), { flag: 'wx' })
  const record = await openRecord(join(directory, 'record'), () => {})
  await record.add(now, () => ({
    type: 'authority',
    family,
    name,
    certificate: Buffer.from(der).toString('base64'),
  }))
}

function subjectOf({ organization, country }: AuthoritySettings, family: Family, role: string) {
  const full = family === 'sm2' ? ` SM2 ${role}` : ` ${role}`
  const commonName = `${[...organization].slice(0, 64 - full.length).join('')}${full}`
  return { organization, country, commonName }
}

function parse(settings: Record<string, unknown>): AuthoritySettings {
  const result = authoritySettingsSchema.safeParse(settings)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new UsageError('usage.record.invalid', { problems: `${issue?.path.join('.')}: ${issue?.message}` })
}
