/**
 * How a service gets its certificates from somebody else’s authority. The keys are made here and stay here, in
 * `request/`, until the certificates come back; only the requests travel.
 */
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, problem, SignError } from '@yinji/core'
import {
  type Certificate,
  certificatesIn,
  createLabelSigner,
  createSigner,
  createTrust,
  pemOf,
  readCertificate,
} from '@yinji/provenance'
import {
  generatePrivateKey,
  type KeyKind,
  openCertificateKey,
  requestCertificate,
  type Subject,
  sealPrivateKey,
} from '@yinji/provenance/certificates'
import { readKeyFile, writeKeyFile } from '../key-file.ts'
import { outputError } from '../target.ts'
import { keyOf } from './state.ts'
import type { Passphrase } from './vault.ts'

/** What a service asks for. */
export interface Enrolment {
  readonly subject: Subject
  /** Kind of the key that signs manifests. Default P-256. */
  readonly kind?: Exclude<KeyKind, 'SM2'> | undefined
  /** Ask for an SM2 certificate as well, which signs labels. Default true. */
  readonly sm2?: boolean | undefined
  /** Seals the keys. Default: they are kept as they are, mode 0600. */
  readonly passphrase?: Passphrase | undefined
}

/** Requests in PEM: what the authority is sent. */
export interface Requests {
  readonly signer: string
  readonly sm2: string | undefined
}

const pending = 'request'

/**
 * Makes keys and requests for them.
 * @param deliver puts the requests where they can be sent from; when it fails, the keys are given up as well, for
 * without a request no certificate would ever come back to them.
 * @throws InputError when a request is under way already; what `deliver` throws.
 */
export async function requestCertificates(
  home: string,
  enrolment: Enrolment,
  deliver: (requests: Requests) => Promise<void> = async () => {},
): Promise<Requests> {
  const { subject, kind = 'P-256', sm2 = true } = enrolment
  const folder = join(home, pending)
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new InputError('authority.request.pending', { path: folder })
  const passphrase = await enrolment.passphrase?.()
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const ask = async (name: string, kind: KeyKind) => {
      const pkcs8 = await generatePrivateKey(kind)
      const pem =
        passphrase === undefined ? pemOf('PRIVATE KEY', pkcs8) : await sealPrivateKey(pkcs8, passphrase)
      await writeKeyFile(join(folder, `${name}.key`), pem)
      const der = await requestCertificate(subject, openCertificateKey(pkcs8))
      return pemOf('CERTIFICATE REQUEST', der)
    }
    const provider = {
      name: subject.organization,
      ...(subject.code === undefined ? {} : { code: subject.code }),
    }
    const config = { schema: 'yinji.identity/1', provider }
    await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
    const requests = {
      signer: await ask('signer', kind),
      sm2: sm2 ? await ask('sm2', 'SM2') : undefined,
    }
    await deliver(requests)
    return requests
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw outputError(error, folder)
  }
}

/** What was installed. */
export interface Installed {
  /** `signer` signs manifests, `sm2` signs labels. */
  readonly role: 'signer' | 'sm2'
  readonly certificate: Certificate
}

/**
 * Puts certificates that came back to the keys they belong to: those of the request, or those in use where a
 * certificate was only renewed. What was in use before is moved aside.
 * @param chains PEM, each the service’s certificate and those above it.
 * @param anchors PEM of the authority’s roots, to be handed to those who verify. Default: those that are there stay.
 */
export async function installCertificates(
  home: string,
  chains: readonly string[],
  options: { anchors?: string | undefined; passphrase?: Passphrase | undefined; now?: Date | undefined } = {},
): Promise<readonly Installed[]> {
  const { now = new Date(), anchors } = options
  if (anchors) createTrust({ anchors: [{ certificates: anchors }] }) // they can be read
  const installs = []
  for (const chain of chains) installs.push(await match(home, chain, options.passphrase, now))
  const old = join(home, `replaced-${now.toISOString().replaceAll(':', '-')}`)
  try {
    await mkdir(old, { recursive: true, mode: 0o700 })
    for (const { role, chain, fresh } of installs) {
      await swap(home, old, `${role}.pem`, chain)
      if (!fresh) continue
      await aside(home, old, `${role}.key`)
      await rename(join(home, pending, `${role}.key`), join(home, `${role}.key`))
    }
    if (anchors !== undefined) {
      await aside(home, old, 'ca') // an authority of one’s own no longer has a say in this identity
      await mkdir(join(home, 'ca'), { mode: 0o700 })
      await writeFile(join(home, 'ca', 'root.pem'), anchors, { flag: 'wx' })
    }
    await finishRequest(home)
    await rmdir(old).catch(() => {}) // stays when something is in it
  } catch (error) {
    throw outputError(error, home)
  }
  return installs.map(({ role, certificate }) => ({ role, certificate }))
}

async function match(home: string, chain: string, ask: Passphrase | undefined, now: Date) {
  const [der] = certificatesIn(chain)
  const certificate = der && readCertificate(der)
  if (certificate === undefined)
    throw new SignError('sign.certificate.unreadable', {
      problem: problem('there is no PEM certificate in it'),
    })
  const role = certificate.sm2Key ? ('sm2' as const) : ('signer' as const)
  for (const folder of [join(home, pending), home]) {
    const path = join(folder, `${role}.key`)
    const key = await readKeyFile(path).catch((error: unknown) => {
      if (error instanceof SignError && error.code === 'sign.key.missing') return undefined
      throw error
    })
    if (key === undefined) continue
    const passphrase = key.includes('ENCRYPTED') ? await ask?.() : undefined
    const { publicKey } = openCertificateKey(key, passphrase)
    if (Buffer.from(publicKey).toString('hex') !== keyOf(certificate)) continue
    const files = { key, passphrase, chain }
    if (role === 'sm2') createLabelSigner(files, now)
    else createSigner(files, now)
    return { role, chain, certificate, fresh: folder !== home }
  }
  throw new SignError('sign.key.mismatch')
}

async function swap(home: string, old: string, name: string, text: string): Promise<void> {
  const fresh = join(home, `.${name}.new`)
  await writeFile(fresh, text)
  await aside(home, old, name)
  await rename(fresh, join(home, name))
}

async function aside(home: string, old: string, name: string): Promise<void> {
  await rename(join(home, name), join(old, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

/** Once no key is waiting any more, the request is over; a home without an identity becomes one. */
async function finishRequest(home: string): Promise<void> {
  const folder = join(home, pending)
  const config = await readFile(join(folder, 'config.json'), 'utf8').catch(() => undefined)
  if (config !== undefined)
    await writeFile(join(home, 'config.json'), config, { flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
  const left = await readdir(folder).catch(() => [])
  if (!left.some((name) => name.endsWith('.key'))) await rm(folder, { recursive: true, force: true })
}
