/** Time stamps are renewed in updates (RFC 4998 5), by real authorities (openssl), which are asked about each as well. */
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { batched, createTimeStamper, type Signer, withTimeStamps } from '@yinji/provenance'
import { createToolkit, type StampDigest, type UpdateStatement } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { readEvidenceRecord } from '../../packages/provenance/src/timestamp/evidence.ts'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import { caExtensions, stampExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk, reports } from '../cli/command.ts'
import { later, startClock } from '../helpers/clock.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const { pki, root, stampRoot, signer, authority } = await startClock()
const secondRoot = pki.issue({ subject: '/O=Tower/CN=Root', extensions: caExtensions, days: 1000 })
const second = pki.issue(
  { subject: '/O=Tower/CN=Stamps', extensions: stampExtensions, days: 900 },
  secondRoot,
)
const tower = await startAuthority(pki, second, [secondRoot])

const identity = await testIdentity()
const by = (who: Signer) => ({ ...identity, signer: who, anchor: root.certificate })
const clock = (url: string) => createTimeStamper({ url })
const stamping = (url: string) => by(withTimeStamps(signer, clock(url)))
const picture = new Uint8Array(fixtureBytes('picture.png'))

/** A picture that one authority has stamped, in its header. */
let stamped: Uint8Array
beforeAll(async () => {
  const one = createToolkit({ identity: stamping(authority.url) })
  stamped = (await one.label(picture, {}, { visible: false, security: 'off' })).content
})

async function renewed(content: Uint8Array, statement: UpdateStatement, url = tower.url) {
  const toolkit = createToolkit({
    identity: stamping(url),
    timestampTrust: [stampRoot.certificate, secondRoot.certificate],
  })
  return toolkit.update(content, statement)
}

async function judged(content: Uint8Array, roots: readonly { certificate: string }[], now = later) {
  const timestampTrust = roots.map(({ certificate }) => certificate)
  const toolkit = createToolkit({ trust: [root.certificate], timestampTrust, clock: () => now })
  const { report, crJson } = await toolkit.inspect(content)
  const data = report.findings
    .filter(({ code }) => code === 'manifest.timestamp.trusted')
    .map((one) => one.data)
  return { verdict: report.verdict, codes: report.findings.map(({ code }) => code), data, crJson }
}

/** The record that was renewed most often: that of the manifest of the content. */
async function recordIn(content: Uint8Array) {
  const { crJson } = await judged(content, [])
  const manifests = crJson['manifests'] as unknown as {
    assertions: Record<string, Record<string, unknown>>
  }[]
  const all = manifests.flatMap(({ assertions }) => Object.values(assertions['cn.yinji.evidence'] ?? {}))
  const records = all.map((text) =>
    readEvidenceRecord(Buffer.from(String(text).replace(/^b64'|'$/g, ''), 'base64')),
  )
  const count = (record: (typeof records)[0]) => record.flatMap(({ stamps }) => stamps).length
  return records.toSorted((one, other) => count(other) - count(one))[0] ?? []
}

const hash = (digest: StampDigest, ...parts: readonly Uint8Array[]) =>
  createHash(digest).update(Buffer.concat(parts)).digest()

/** Whether openssl says that this token is over these bytes, and by somebody below that root. */
function opensslHolds(
  token: Uint8Array,
  data: Uint8Array,
  { certificate }: { certificate: string },
): boolean {
  for (const [name, bytes] of Object.entries({ 'token.der': token, data, 'ca.pem': certificate }))
    pki.write(name, bytes)
  const words = ['ts', '-verify', '-data', 'data', '-in', 'token.der', '-token_in', '-CAfile', 'ca.pem']
  try {
    pki.run(...words)
    return true
  } catch {
    return false
  }
}

describe('a renewed time stamp', () => {
  test('counts where the authority of the first one is no longer known, after the certificate of the signer has run out', async () => {
    expect((await judged(stamped, [stampRoot])).verdict).toBe('trusted')
    expect((await judged(stamped, [secondRoot])).verdict).not.toBe('trusted')
    const { content, said } = await renewed(stamped, { renew: true })
    expect(said).toEqual(['cn.yinji.evidence'])
    expect((await judged(content, [secondRoot])).verdict).toBe('trusted')
    expect((await judged(content, [])).verdict).not.toBe('trusted')
    const update = await renewed(stamped, {}) // by the same authority, without renewal
    expect((await judged(update.content, [secondRoot])).verdict).not.toBe('trusted')
    const anchors = root.certificate + stampRoot.certificate + secondRoot.certificate
    const theirs = await judgeByC2pa(content, 'image/png', anchors) // which passes it over
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
  })

  test('is over the one before it (5.2), as openssl says', async () => {
    const { content } = await renewed(stamped, { renew: true })
    const again = await renewed(content, { renew: true }, authority.url)
    const [chain, ...others] = await recordIn(again.content)
    const [one, two, three] = chain?.stamps ?? []
    expect([others, chain?.stamps.length]).toEqual([[], 3])
    expect(opensslHolds(two?.bytes ?? Buffer.of(), one?.bytes ?? Buffer.of(), secondRoot)).toBe(true)
    expect(opensslHolds(three?.bytes ?? Buffer.of(), two?.bytes ?? Buffer.of(), stampRoot)).toBe(true)
    expect(opensslHolds(three?.bytes ?? Buffer.of(), one?.bytes ?? Buffer.of(), stampRoot)).toBe(false)
    expect((await judged(again.content, [stampRoot, secondRoot])).verdict).toBe('trusted')
  })

  test.each(['sha384', 'sha512'] as const)(
    'with %s is over content and all before (5.3), as openssl says',
    async (digest) => {
      const { content } = await renewed((await renewed(stamped, { renew: true })).content, { renew: digest })
      const [first, last, ...others] = await recordIn(content)
      expect([others, first?.stamps.length, last?.stamps.length]).toEqual([[], 2, 1])
      const token = last?.stamps[0]
      expect(token?.token.info.imprint.hash).toHaveLength(digest === 'sha384' ? 48 : 64)
      const signature = await stampedBytes(content)
      const over = Buffer.concat([hash(digest, signature), hash(digest, last?.before ?? Buffer.of())])
      expect(opensslHolds(token?.bytes ?? Buffer.of(), over, secondRoot)).toBe(true)
      expect((await judged(content, [secondRoot])).verdict).toBe('trusted')
      const third = await recordIn((await renewed(content, { renew: true })).content) // the newer algorithm goes on
      expect(third.map(({ stamps }) => stamps.length)).toEqual([2, 2])
    },
  )

  test('of one that came late, and of many at once', async () => {
    const bare = await createToolkit({ identity: by(signer) }).label(
      picture,
      {},
      { visible: false, security: 'off' },
    )
    const late = await renewed(bare.content, { stamp: true }, authority.url)
    expect(late.said).toEqual(['c2pa.time-stamp'])
    const asked = tower.count
    const together = by(withTimeStamps(signer, batched(clock(tower.url), { seconds: 1, most: 64 })))
    const toolkit = createToolkit({ identity: together, timestampTrust: [stampRoot.certificate] })
    const all = await Promise.all(
      [late.content, stamped].map((one) => toolkit.update(one, { renew: 'sha512' })),
    )
    expect(tower.count - asked).toBe(2) // all that is renewed, and the updates themselves
    for (const { content } of all) {
      expect((await judged(content, [secondRoot])).verdict).toBe('trusted')
      expect((await judged(content, [])).verdict).not.toBe('trusted')
    }
  })

  test('is made for what has one alone, and stamps what has none beside it', async () => {
    const bare = await createToolkit({ identity: by(signer) }).label(
      picture,
      {},
      { visible: false, security: 'off' },
    )
    expect(await renewed(bare.content, { renew: true })).toMatchObject({ status: 'unchanged', said: [] })
    const nobody = createToolkit({ identity: by(signer) }).update(stamped, { renew: true })
    await expect(nobody).rejects.toMatchObject({ code: 'usage.stamp.authority' })
    const update = await createToolkit({ identity: by(signer) }).update(stamped)
    const together = by(withTimeStamps(signer, batched(clock(tower.url))))
    const both = await createToolkit({ identity: together }).update(update.content, {
      stamp: true,
      renew: true,
    })
    expect(both.said).toEqual(['cn.yinji.evidence']) // one assertion for both
    expect((await judged(both.content, [secondRoot])).verdict).toBe('trusted')
  })

  test('can be renewed until a record has as many as are read', async () => {
    let { content } = await renewed(stamped, { renew: true })
    for (let count = 2; count < 16; count++) ({ content } = await renewed(content, { renew: true }))
    expect((await judged(content, [secondRoot])).verdict).toBe('trusted')
    await expect(renewed(content, { renew: true })).rejects.toMatchObject({ code: 'sign.timestamp.failed' })
  })

  test('is one command', async () => {
    const { yinji, path } = await desk(['picture.png'])
    await yinji(['label', 'picture.png', '--no-visible', '-o', 'ready.png', '--timestamp', authority.url])
    const words = ['update', 'ready.png', '--in-place', '--timestamp', tower.url, '--renew']
    const { code, out } = await yinji([...words, 'sha512'])
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/✓ updated ready\.png .*\n {2}cn\.yinji\.evidence /),
    ])
    await writeFile(path('tower.pem'), secondRoot.certificate)
    await yinji(['trust', 'add', 'tower.pem', '--purpose', 'timestamp'])
    const [report] = reports(await yinji(['verify', 'ready.png', '--json']))
    expect(report?.verdict).toBe('trusted')
    expect(
      report?.findings.filter((one) => one.code === 'manifest.timestamp.trusted').length,
    ).toBeGreaterThan(0)
    expect((await yinji([...words, 'md5'])).code).toBe(2)
    expect((await yinji(['update', 'ready.png', '--renew'])).err).toMatch(/--timestamp URL/)
  })
})

/** What the first time stamp is over: the structure around the signature of the content’s manifest (C2PA 10.3.2.5.2). */
async function stampedBytes(content: Uint8Array): Promise<Uint8Array> {
  const { stampedStructure } = await import('../../packages/provenance/src/sign/signature.ts')
  const { parseCoseSign1 } = await import('../../packages/provenance/src/encoding/cose.ts')
  const at = Buffer.from(content).indexOf(Buffer.from([0xd2, 0x84])) // COSE_Sign1_Tagged of the first manifest
  const box = Buffer.from(content).readUInt32BE(at - 8)
  const { protectedBytes, signature } = parseCoseSign1(content.subarray(at, at - 8 + box))
  return stampedStructure(protectedBytes, signature)
}
