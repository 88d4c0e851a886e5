/** Certificates that do not fit into a label are named by their fingerprint, and looked for in four places. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity, createToolkit, loadIdentity } from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  caExtensions,
  type Issued,
  leafExtensions,
  OpensslAuthority,
} from '../../packages/provenance/src/sm2/openssl.test-kit.ts'
import { type Desk, desk, reports } from '../cli/command.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { providerCode, temporaryDirectory } from '../helpers/identity.ts'

const ministry = new OpensslAuthority('SM2')
afterAll(() => rmSync(ministry.directory, { recursive: true, force: true }))
const wordy = Array.from({ length: 8 }, (_, index) => `/OU=${String(index).repeat(60)}`).join('')
const root = ministry.issue(`/O=Ministry${wordy}/CN=Root`, caExtensions)
const upper = ministry.issue(`/O=Ministry${wordy}/CN=Upper`, caExtensions, root)
const issuing = ministry.issue(`/O=Ministry${wordy}/CN=Issuing`, caExtensions, upper)
const leaf = ministry.issue(
  `/O=Acme AI/organizationIdentifier=${providerCode}/CN=Labels`,
  leafExtensions,
  issuing,
)
const pem = (...issued: Issued[]) => issued.map(({ certificate }) => ministry.text(certificate)).join('')
const der = ({ certificate }: Issued) =>
  Buffer.from(ministry.text(certificate).replace(/-----[^-]+-----|\s/g, ''), 'base64')

let home: string
let reviewer: Desk
beforeAll(async () => {
  home = join(temporaryDirectory(), 'home')
  await createIdentity(home, { provider: 'Acme AI', code: providerCode })
  copyFileSync(join(ministry.directory, leaf.key), join(home, 'sm2.key'))
  writeFileSync(join(home, 'sm2.pem'), pem(leaf, issuing, upper))
  reviewer = await desk([], { identity: false })
  writeFileSync(reviewer.path('root.pem'), pem(root))
  await reviewer.yinji(['trust', 'add', 'root.pem'])
  await reviewer.yinji(['trust', 'add', join(home, 'ca', 'root.pem')])
  writeFileSync(reviewer.path('photo.jpg'), await labelled())
})

/** @param beside further certificates of the manifest */
async function labelled(beside: readonly Uint8Array[] = []): Promise<Uint8Array> {
  const { signer, ...who } = await loadIdentity(home)
  const identity = { ...who, signer: { ...signer, chain: [...signer.chain, ...beside] } }
  const { content, record } = await createToolkit({ identity }).label(
    fixtureBytes('photo.jpg'),
    {},
    { visible: false },
  )
  expect(record.reservedCode1.match(/"Cert(?:Ref)?"/g)).toEqual(['"Cert"', '"CertRef"', '"CertRef"'])
  return content
}

async function codes(...words: string[]) {
  const [report] = reports(await reviewer.yinji(['verify', 'photo.jpg', '--json', ...words]))
  return report?.findings.filter(({ layer }) => layer === 'security').map(({ code }) => code)
}

const lost = ['security.signature.embedded', 'security.certificate.untrusted', 'security.content.intact']
const found = ['security.signature.certificate', 'security.content.intact']

describe('a certificate that a label only names', () => {
  test('vouches for nothing while it is nowhere', async () => {
    expect(await codes()).toEqual(lost)
  })

  test('is found in a directory that was named, PEM or DER', async () => {
    mkdirSync(reviewer.path('certificates'))
    writeFileSync(reviewer.path('certificates/issuing.crt'), pem(issuing))
    expect(await codes('--certificates', 'certificates')).toEqual(lost) // one is still missing
    writeFileSync(reviewer.path('certificates/upper.der'), der(upper))
    writeFileSync(reviewer.path('certificates/notes.txt'), 'about them')
    expect(await codes('--certificates', 'certificates')).toEqual(found)
  })

  test('is found beside the trust store', async () => {
    const folder = join(reviewer.home, 'certificates')
    mkdirSync(folder)
    writeFileSync(join(folder, 'both.pem'), pem(issuing, upper))
    expect(await codes()).toEqual(found)
    rmSync(folder, { recursive: true })
    expect(await codes()).toEqual(lost)
  })

  test('is found in the trust store, be it only pinned', async () => {
    writeFileSync(reviewer.path('above.pem'), pem(issuing, upper))
    await reviewer.yinji(['trust', 'add', 'above.pem', '--pin'])
    expect(await codes()).toEqual(found)
    for (const issued of [issuing, upper])
      await reviewer.yinji(['trust', 'remove', createHash('sha256').update(der(issued)).digest('hex')])
    expect(await codes()).toEqual(lost)
  })

  test('is found in the manifest', async () => {
    const before = readFileSync(reviewer.path('photo.jpg'))
    writeFileSync(reviewer.path('photo.jpg'), await labelled([der(issuing), der(upper)]))
    expect(await codes()).toEqual(found)
    writeFileSync(reviewer.path('photo.jpg'), before)
  })

  test('is not trusted for being there: without the root nothing is', async () => {
    const stranger = await desk([], { identity: false })
    copyFileSync(reviewer.path('photo.jpg'), stranger.path('photo.jpg'))
    const folder = join(stranger.home, 'certificates')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'all.pem'), pem(issuing, upper, root))
    const [report] = reports(await stranger.yinji(['verify', 'photo.jpg', '--json']))
    expect(report?.findings.map(({ code }) => code)).toContain('security.certificate.untrusted')
  })

  test('is told to be missing where the directory is, and where a file is none', async () => {
    const nowhere = await reviewer.yinji(['verify', 'photo.jpg', '--certificates', 'nowhere'])
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('usage.trust.unreadable')])
    mkdirSync(reviewer.path('others'))
    writeFileSync(reviewer.path('others/broken.pem'), 'no certificate')
    const broken = await reviewer.yinji(['verify', 'photo.jpg', '--certificates', 'others'])
    expect([broken.code, broken.err]).toEqual([2, expect.stringContaining('broken.pem')])
  })
})
