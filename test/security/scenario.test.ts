/**
 * A register of providers at work: a ministry with an SM2 root, two providers, one platform. The ministry is openssl,
 * so nothing here rests on our own way of issuing. What happens is told in docs/register.md, line by line.
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { signTrustList } from '@yinji/provenance'
import { createIdentity, createToolkit, loadIdentity } from '@yinji/toolkit'
import { afterAll, expect, test } from 'vitest'
import {
  caExtensions,
  type Issued,
  leafExtensions,
  OpensslAuthority,
} from '../../packages/provenance/src/sm2/openssl.test-kit.ts'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import {
  caExtensions as ecCa,
  Pki,
  stampExtensions,
} from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk, reports } from '../cli/command.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { temporaryDirectory } from '../helpers/identity.ts'

const ministry = new OpensslAuthority('SM2')
const pki = new Pki()
const stampRoot = pki.issue({ subject: '/O=Clock/CN=Root', extensions: ecCa })
const stamps = pki.issue({ subject: '/O=Clock/CN=Stamps', extensions: stampExtensions }, stampRoot)
const clock = await startAuthority(pki, stamps, [stampRoot])
afterAll(async () => {
  await clock[Symbol.asyncDispose]()
  pki[Symbol.dispose]()
  rmSync(ministry.directory, { recursive: true, force: true })
})
const root = ministry.issue('/O=Ministry/CN=Register Root', caExtensions)
const codes = { Acme: '001191110102MACQD9K64010000', Bolt: '00119144030008867405X200000' } as const
type Name = keyof typeof codes

const ca = (...words: string[]) => ministry.ca(root, ...words)
const crl = (number: string) => ministry.crl(root, number)
const ocsp = (about: Issued) => ministry.ocsp(about, root)

/** The ministry certifies a new SM2 key of this provider. */
function enrol(name: Name, home: string): Issued {
  const issued = ministry.issue(
    `/O=${name}/organizationIdentifier=${codes[name]}/CN=${name}`,
    leafExtensions,
    root,
  )
  ca('-valid', issued.certificate)
  copyFileSync(join(ministry.directory, issued.key), join(home, 'sm2.key'))
  copyFileSync(join(ministry.directory, issued.certificate), join(home, 'sm2.pem'))
  return issued
}

test('a register of providers, from enrolment to revocation', async () => {
  const story: string[] = []
  const homes = { Acme: join(temporaryDirectory(), 'a'), Bolt: join(temporaryDirectory(), 'b') }
  for (const name of ['Acme', 'Bolt'] as const)
    await createIdentity(homes[name], { provider: name, code: codes[name] })
  const acme = enrol('Acme', homes.Acme)
  const bolt = enrol('Bolt', homes.Bolt)
  story.push('Acme and Bolt make their identities; the ministry certifies their SM2 keys.')

  const platform = await desk([], { identity: false })
  const label = async (name: Name, file: string, timestamp?: { readonly url: string }) => {
    const toolkit = createToolkit({ identity: await loadIdentity(homes[name], undefined, { timestamp }) })
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'), {}, { visible: false })
    writeFileSync(platform.path(file), content)
  }
  await label('Acme', 'acme-1.jpg')
  await label('Acme', 'acme-t.jpg', clock)
  await label('Bolt', 'bolt-1.jpg')

  writeFileSync(platform.path('root.pem'), readFileSync(join(ministry.directory, root.certificate)))
  await platform.yinji(['trust', 'add', 'root.pem'])
  for (const home of Object.values(homes))
    await platform.yinji(['trust', 'add', join(home, 'ca', 'root.pem')])
  writeFileSync(platform.path('clock.pem'), stampRoot.certificate)
  await platform.yinji(['trust', 'add', 'clock.pem', '--purpose', 'timestamp'])
  story.push(
    'The platform adds the ministry’s root, both providers’ own, and that of a time-stamp authority.',
  )

  const tell = async (what: string, file: string, ...words: string[]) => {
    const result = await platform.yinji(['verify', file, '--json', ...words])
    const report = result.out ? reports(result)[0] : undefined
    const security = report?.findings.find(
      ({ layer, code }) => layer === 'security' && !code.includes('content'),
    )
    const grave = report?.findings.find(({ level }) => level === 'error' || level === 'unchecked')
    const outlived = report?.findings.find(({ code }) => code.endsWith('.outlived'))
    story.push(`${what}: ${file} is ${report?.verdict} (${(grave ?? outlived ?? security)?.code}).`)
  }
  await tell('Without lists', 'acme-1.jpg')
  await tell('Without lists', 'bolt-1.jpg')
  await tell('With the ministry’s first list', 'acme-1.jpg', '--crl', crl('01'))

  const renewed = enrol('Acme', homes.Acme)
  await label('Acme', 'acme-2.jpg')
  await tell('Acme has a new key', 'acme-2.jpg')
  await tell('The old file still holds', 'acme-1.jpg')

  ca('-revoke', bolt.certificate, '-crl_compromise', '20260101000000Z')
  await tell('Bolt’s key was stolen; before the platform hears of it', 'bolt-1.jpg')
  await tell('By OCSP', 'bolt-1.jpg', '--ocsp', ocsp(bolt))
  await tell('By OCSP', 'acme-2.jpg', '--ocsp', ocsp(renewed))
  await tell('By the second list', 'bolt-1.jpg', '--crl', crl('02'))
  await tell('The list is kept, offline', 'bolt-1.jpg')

  const rolledBack = await platform.yinji([
    'verify',
    'bolt-1.jpg',
    '--crl',
    join(ministry.directory, '01.crl'),
  ])
  expect(rolledBack.err).toContain('usage.crl.rollback')
  story.push('Somebody offers the first list again: refused (usage.crl.rollback).')

  // Stamps and lists count whole seconds: what happens in the same one was not before.
  await setTimeout(1000)
  ca('-revoke', acme.certificate, '-crl_reason', 'superseded')
  await tell(
    'Acme’s old certificate is superseded; its labels bear no time stamp',
    'acme-1.jpg',
    '--crl',
    crl('03'),
  )
  await tell('One of the same day was time-stamped', 'acme-t.jpg')
  await tell('Those under the new one do hold', 'acme-2.jpg')

  const { label: keeper } = await loadIdentity(homes.Acme)
  if (keeper === undefined) throw new Error('no key')
  const register = await signTrustList(
    {
      schema: 'yinji.trust-list/1',
      id: 'register',
      name: 'Register',
      sequence: 1,
      issuedAt: new Date().toISOString(),
      nextUpdate: new Date(Date.now() + 86_400_000).toISOString(),
      providers: [{ code: codes.Acme, status: 'withdrawn' }],
    },
    keeper,
  )
  writeFileSync(platform.path('register.json'), register)
  const asked = await platform.yinji(['trust', 'import', 'register.json'])
  const key = /--key ([0-9a-f]{64})/.exec(asked.err)?.[1] ?? ''
  await platform.yinji(['trust', 'import', 'register.json', '--key', key])
  await tell('Acme ceases; the register withdraws its code', 'acme-2.jpg')

  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'register.md'), 'utf8')
  expect(
    page
      .split('\n')
      .filter((line) => /^\d+\. /.test(line))
      .map((line) => line.replace(/^\d+\. /, '')),
  ).toEqual(story)
})
