/**
 * An identity: the provider, its system, its key and certificates, kept in a directory.
 *
 *     config.json      who: provider, code, system; where the key is, and what signatures carry
 *     signer.pem       signing certificate and the authority that issued it
 *     signer.key       its key, mode 0600
 *     sm2.pem          its twin in SM2, for the label’s security data
 *     sm2.key          the twin’s key, mode 0600
 *     ca/root.pem      the trust anchors to hand to verifiers: one for manifests, one for labels
 *     ca/…             the rest of the local authority
 */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  assertCode,
  type ProvenanceRecordInput,
  producerOf,
  recordSchema,
  SignError,
  signingSettingsSchema,
  UsageError,
  writeAigc,
} from '@yinji/core'
import { createAuthority, createLabelSigner, type LabelSigner, pemOf, type Signer } from '@yinji/provenance'
import { readKeyFile } from './key-file.ts'
import { openSigner, passphraseFor, type SignerAccess } from './signer-source.ts'
import { withStaples } from './staple.ts'
import { outputError } from './target.ts'

/** Who labels: provider, system, and the means to sign. */
export interface Identity {
  readonly provider: ProvenanceRecordInput['provider']
  readonly system?: ProvenanceRecordInput['system']
  readonly signer: Signer
  /** Signs the label’s security data (TC260-PG-202511A) with SM2; absent where the identity has no such key. */
  readonly label?: LabelSigner | undefined
  /** The root certificate, PEM; that of the highest authority known where the root is not ours; may be empty. */
  readonly anchor: string
}

/** What an identity is made from. */
export interface NewIdentity {
  /** Organisation name: the O of the certificates, and ContentProducer when there is no code. */
  readonly provider: string
  /** 27-character provider code (TC260-PG-20252A). */
  readonly code?: string | undefined
  /** Name of the public service, the CN of its certificates. Default: the provider’s name and “Content Signing”. */
  readonly service?: string | undefined
  /** Number under which the service is filed (算法备案号): stands in its certificates. */
  readonly filingNumber?: string | undefined
  readonly system?: string | undefined
  readonly systemVersion?: string | undefined
  /** Replace an identity that is already there; the old one is moved aside. Default false: an error. */
  readonly force?: boolean | undefined
  readonly now?: Date | undefined
}

const whoSchema = recordSchema.pick({ provider: true, system: true })
const files = ['config.json', 'signer.pem', 'signer.key', 'sm2.key', 'sm2.pem', 'ca']

/** Makes a provider's identity in `home`: root, issuing and signing certificate, keys at mode 0600. */
export async function createIdentity(home: string, options: NewIdentity): Promise<Identity> {
  const now = options.now ?? new Date()
  const who = describeWho(options)
  if (!options.force && (await exists(join(home, 'config.json'))))
    throw new UsageError('usage.identity.exists', { home })
  const about = {
    organization: who.provider.name,
    code: who.provider.code,
    service: options.service,
    filingNumber: options.filingNumber,
    now,
  }
  const authority = await createAuthority(about)
  const twin = await createAuthority({ ...about, kind: 'SM2' })
  const fresh = join(home, `.new-${now.getTime()}-${process.pid}`)
  try {
    await mkdir(join(fresh, 'ca'), { recursive: true, mode: 0o700 })
    const keep = (name: string, text: string, mode: number) =>
      writeFile(join(fresh, name), text, { mode, flag: 'wx' })
    await keep('ca/root.pem', authority.rootCertificate + twin.rootCertificate, 0o644)
    for (const [files, prefix] of [
      [authority, ''],
      [twin, 'sm2-'],
    ] as const) {
      await keep(`ca/${prefix}root.key`, files.rootKey, 0o600)
      await keep(`ca/${prefix}issuing.pem`, files.issuingCertificate, 0o644)
      await keep(`ca/${prefix}issuing.key`, files.issuingKey, 0o600)
      const signer = prefix === '' ? 'signer' : 'sm2'
      await keep(`${signer}.pem`, files.signerCertificate + files.issuingCertificate, 0o644)
      await keep(`${signer}.key`, files.signerKey, 0o600)
    }
    await keep('config.json', `${JSON.stringify({ schema: 'yinji.identity/1', ...who }, null, 2)}\n`, 0o644)
    await moveAside(home, now)
    for (const name of [...files].reverse())
      if (await exists(join(fresh, name))) await rename(join(fresh, name), join(home, name))
  } catch (error) {
    throw outputError(error, home)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return loadIdentity(home, now)
}

/**
 * Reads the identity in `home`.
 * @throws SignError when it is missing, broken or expired; UsageError when `signer` of its config.json is described wrongly.
 */
export async function loadIdentity(
  home: string,
  now = new Date(),
  access: SignerAccess = {},
): Promise<Identity> {
  const config = await readFile(join(home, 'config.json'), 'utf8').catch(() => {
    throw new SignError('sign.identity.missing', { home })
  })
  const { provider, system, ...how } = parseConfig(config, join(home, 'config.json'))
  const plain = await openSigner(home, how.signer, how.timestamp, access, now)
  const anchor = await readAnchor(home, plain)
  const signer =
    (access.staple ?? how.staple) ? withStaples(plain, { anchors: anchor, fetch: access.fetch }) : plain
  return {
    provider,
    ...(system === undefined ? {} : { system }),
    signer,
    label: await loadLabelSigner(home, now, access),
    anchor,
  }
}

/** Our own root; where somebody else issued the certificate, the highest one that stands in its chain. */
async function readAnchor(home: string, { chain }: Signer): Promise<string> {
  const own = join(home, 'ca', 'root.pem')
  if (await exists(own)) return readPart(own)
  const top = chain.length > 1 ? chain.at(-1) : undefined
  return top ? pemOf('CERTIFICATE', top) : ''
}

/** Identities from before there were SM2 keys have none. */
async function loadLabelSigner(
  home: string,
  now: Date,
  access: SignerAccess,
): Promise<LabelSigner | undefined> {
  if (!(await exists(join(home, 'sm2.key')))) return undefined
  const key = await readKeyFile(join(home, 'sm2.key'))
  const chain = (await exists(join(home, 'sm2.pem'))) ? await readPart(join(home, 'sm2.pem')) : undefined
  const passphrase = key.includes('ENCRYPTED') ? await passphraseFor('sm2.key', access) : undefined
  return createLabelSigner({ key, passphrase, chain }, now)
}

function describeWho(options: NewIdentity) {
  const name = options.provider
  if (options.code === undefined) assertAscii(name)
  else assertCode(options.code)
  const result = whoSchema.safeParse({
    provider: { name, ...(options.code === undefined ? {} : { code: options.code }) },
    ...(options.system === undefined
      ? {}
      : {
          system: {
            name: options.system,
            ...(options.systemVersion === undefined ? {} : { version: options.systemVersion }),
          },
        }),
  })
  if (result.success) return result.data
  const path = result.error.issues[0]?.path.join('.')
  if (path === 'provider.code' && options.code !== undefined)
    throw new UsageError('usage.code.invalid', { code: options.code, fault: 'length' })
  throw new UsageError('usage.record.invalid', {
    problems: result.error.issues.map((i) => i.message).join('; '),
  })
}

/** Without a code the name itself becomes ContentProducer, so better to hear now that it can't. */
function assertAscii(name: string): void {
  writeAigc({
    Label: '1',
    ContentProducer: producerOf({ name }),
    ProduceID: '1',
    ReservedCode1: '',
    ContentPropagator: '',
    PropagateID: '',
    ReservedCode2: '',
  })
}

async function moveAside(home: string, now: Date): Promise<void> {
  const old = join(home, `replaced-${now.toISOString().replaceAll(':', '-')}`)
  for (const name of files) {
    if (!(await exists(join(home, name)))) continue
    await mkdir(old, { recursive: true, mode: 0o700 })
    await rename(join(home, name), join(old, name))
  }
}

async function readPart(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new SignError('sign.key.missing', { path }, { cause: error })
  })
}

function parseConfig(text: string, path: string) {
  const config = () => {
    try {
      const read = JSON.parse(text) as Record<string, unknown>
      const { schema: _schema, signer = { kind: 'file' }, timestamp, staple, ...who } = read
      return { ...whoSchema.parse(who), signer, timestamp, staple }
    } catch (error) {
      throw new SignError('sign.key.missing', { path }, { cause: error })
    }
  }
  const { signer, timestamp, staple, ...who } = config()
  const settings = signingSettingsSchema.safeParse({ signer, timestamp, staple })
  if (settings.success) return { ...who, ...settings.data }
  const [issue] = settings.error.issues
  throw new UsageError('usage.signer.invalid', { problem: `${issue?.path.join('.')}: ${issue?.message}` })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
