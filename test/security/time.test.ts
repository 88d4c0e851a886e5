/**
 * When a label was signed: a trusted time stamp over a manifest that holds the label shows it, and then certificates must
 * have been good at that time. Certificates, lists and stamps are openssl’s.
 */
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createRevocation, type RevocationMode } from '@yinji/provenance'
import {
  createIdentity,
  createToolkit,
  type Identity,
  loadIdentity,
  type Report,
  type ToolkitOptions,
} from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  caExtensions,
  type Issued,
  leafExtensions,
  OpensslAuthority,
} from '../../packages/provenance/src/sm2/openssl.test-kit.ts'
import { startAuthority, type TestAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import {
  caExtensions as ecCa,
  Pki,
  type PkiEntry,
  stampExtensions,
} from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { providerCode, temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const ministry = new OpensslAuthority('SM2')
const pki = new Pki()
const root = ministry.issue('/O=Ministry/CN=Register Root', caExtensions)
const day = 86_400_000
const stampFrom = (time: number) => `${new Date(time).toISOString().replace(/[-:T]|\..*/g, '')}Z`
/** How `openssl ca` is told why a certificate was taken back. */
const reasons = {
  superseded: ['-crl_reason', 'superseded'],
  ceased: ['-crl_reason', 'cessationOfOperation'],
  stolen: ['-crl_reason', 'keyCompromise'],
  'stolen before': ['-crl_compromise', stampFrom(Date.now() - day)],
  'stolen later': ['-crl_compromise', stampFrom(Date.now() + day)],
} as const
type Reason = keyof typeof reasons | 'kept'

interface Case {
  readonly identity: Identity
  readonly issued: Issued
  readonly content: Uint8Array
}
const cases = new Map<Reason, Case>()
let stampRoot: PkiEntry
let clock: TestAuthority
let list: Uint8Array

async function provider(): Promise<Omit<Case, 'content'>> {
  const home = join(temporaryDirectory(), 'home')
  await createIdentity(home, { provider: 'Acme AI', code: providerCode })
  const subject = `/O=Acme AI/organizationIdentifier=${providerCode}/CN=Labels`
  const issued = ministry.issue(subject, leafExtensions, root)
  ministry.ca(root, '-valid', issued.certificate)
  copyFileSync(join(ministry.directory, issued.key), join(home, 'sm2.key'))
  copyFileSync(join(ministry.directory, issued.certificate), join(home, 'sm2.pem'))
  return { identity: await loadIdentity(home, undefined, { timestamp: { url: clock.url } }), issued }
}

const label = async (
  identity: Identity,
  content: Uint8Array = fixtureBytes('photo.jpg'),
  id = 'painting-1',
) => (await createToolkit({ identity }).label(content, { contentId: id }, { visible: false })).content

beforeAll(async () => {
  stampRoot = pki.issue({ subject: '/O=Clock/CN=Root', extensions: ecCa, days: 1000 })
  const stamps = { subject: '/O=Clock/CN=Stamps', extensions: stampExtensions, days: 900 }
  clock = await startAuthority(pki, pki.issue(stamps, stampRoot), [stampRoot])
  for (const reason of ['kept', ...Object.keys(reasons)] as Reason[]) {
    const own = await provider()
    cases.set(reason, { ...own, content: await label(own.identity) })
  }
  await setTimeout(1100) // both authorities count in whole seconds
  for (const [reason, { issued }] of cases)
    if (reason !== 'kept') ministry.ca(root, '-revoke', issued.certificate, ...reasons[reason])
  ministry.crl(root, '01')
  list = ministry.bytes('01.crl')
}, 60_000)
afterAll(async () => {
  await clock[Symbol.asyncDispose]()
  pki[Symbol.dispose]()
  rmSync(ministry.directory, { recursive: true, force: true })
})

const caseOf = (reason: Reason) => {
  const found = cases.get(reason)
  if (found === undefined) throw new Error(reason)
  return found
}

async function verify(
  { identity, content }: Pick<Case, 'identity' | 'content'>,
  options: ToolkitOptions & { readonly mode?: RevocationMode } = {},
): Promise<Report> {
  return createToolkit({
    trust: [identity.anchor, ministry.text(root.certificate)],
    timestampTrust: [stampRoot.certificate],
    revocation: createRevocation({ crls: [list], mode: options.mode }),
    ...options,
  }).verify(content)
}
const codes = ({ findings }: Report) =>
  findings.filter(({ layer }) => layer === 'security').map(({ code }) => code)
const told = ({ findings }: Report, code: string) => findings.find((found) => found.code === code)?.data

describe('a label with a trusted time stamp', () => {
  test.each([
    ['superseded', 'superseded'],
    ['ceased', 'cessationOfOperation'],
    ['stolen later', 'keyCompromise'],
  ] as const)('outlives a certificate that was %s afterwards', async (reason, said) => {
    const report = await verify(caseOf(reason))
    expect(report.verdict).toBe('trusted')
    expect(codes(report)).toEqual([
      'security.signature.certificate',
      'security.certificate.outlived',
      'security.content.intact',
    ])
    expect(told(report, 'security.certificate.outlived')).toMatchObject({ reason: said, subject: 'Acme AI' })
  })

  test.each(['stolen', 'stolen before'] as const)('does not outlive one whose key was %s', async (reason) => {
    const report = await verify(caseOf(reason))
    expect(report.verdict).toBe('invalid')
    expect(codes(report)).toContain('security.certificate.revoked')
    expect(codes(report)).toContain('security.signature.embedded')
  })

  test('outlives a certificate that has run out', async () => {
    const later = { clock: () => new Date(Date.now() + 200 * day), revocation: createRevocation() }
    const report = await verify(caseOf('kept'), later)
    expect(report.verdict).toBe('trusted')
    expect(told(report, 'security.certificate.outlived')).toMatchObject({ reason: 'expired' })
    const unknown = await verify(caseOf('kept'), { ...later, timestampTrust: [] })
    expect(codes(unknown)).toContain('security.certificate.expired')
  })

  test('says nothing of the time while the certificate is good', async () => {
    expect(codes(await verify(caseOf('kept')))).toEqual([
      'security.signature.certificate',
      'security.content.intact',
    ])
  })

  test('keeps its time when a platform has labelled the file anew', async () => {
    const plaza = await testIdentity({ provider: 'Plaza', code: '00119144030008867405X200000' })
    const { identity, content } = caseOf('superseded')
    const platform = createToolkit({ identity: plaza, trust: [identity.anchor] })
    const { label: said } = await platform.verify(content)
    const { provider: by } = identity
    const record = { provider: by, contentId: 'painting-1', reservedCode1: said?.['ReservedCode1'] ?? '' }
    const propagation = { propagator: '00119144030008867405X200000', id: 'p-1' }
    const passed = await platform.label(content, { ...record, propagation }, { visible: false })
    const trust = [identity.anchor, plaza.anchor, ministry.text(root.certificate)]
    const report = await verify({ identity, content: passed.content }, { trust })
    expect(codes(report)).toContain('security.certificate.outlived')
    expect(report.verdict).toBe('trusted')
  })
})

describe('no time is lent', () => {
  test('by an authority that is not trusted for time', async () => {
    const report = await verify(caseOf('superseded'), { timestampTrust: [] })
    expect(report.verdict).toBe('invalid')
    expect(codes(report)).toContain('security.certificate.revoked')
  })

  test('by a manifest whose signer is not trusted', async () => {
    const report = await verify(caseOf('superseded'), { trust: [ministry.text(root.certificate)] })
    expect(codes(report)).toContain('security.certificate.revoked')
  })

  test('to a label that was put in the place of the stamped one', async () => {
    const { identity, content } = caseOf('superseded')
    const thief: Identity = { ...identity, signer: { ...identity.signer, timestamp: undefined } }
    const report = await verify({ identity, content: await label(thief, content, 'painting-2') })
    expect(report.label?.['ProduceID']).toBe('painting-2')
    expect(codes(report)).toContain('security.certificate.revoked')
    expect(report.verdict).toBe('invalid')
  })

  test('to a label without its manifest', async () => {
    const { identity, content } = caseOf('superseded')
    const { label: said } = await verify({ identity, content })
    const record = { contentId: 'painting-1', reservedCode1: said?.['ReservedCode1'] ?? '' }
    const bare = await createToolkit({ identity }).label(content, record, { visible: false, manifest: false })
    const report = await verify({ identity, content: bare.content })
    expect(codes(report)).toContain('security.certificate.revoked')
  })
})

test('a stolen key works until somebody is told; who asks for certainty is not taken in', async () => {
  const { identity } = caseOf('stolen')
  const content = await label({ ...identity, signer: { ...identity.signer, timestamp: undefined } })
  const before = createRevocation()
  expect((await verify({ identity, content }, { revocation: before })).verdict).toBe('trusted')
  const hard = await verify({ identity, content }, { revocation: createRevocation({ mode: 'hard' }) })
  expect(hard.verdict).toBe('unchecked')
  expect(codes(hard)).toContain('security.revocation.unchecked')
  const after = await verify({ identity, content })
  expect(after.verdict).toBe('invalid')
  expect(told(after, 'security.certificate.revoked')).toMatchObject({ reason: 'keyCompromise' })
})
