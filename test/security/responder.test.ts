/** Answers of a real OCSP responder (openssl): stapled by signers, brought later by updates, and those that are no good. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  certificatesIn,
  createSigner,
  createTimeStamper,
  createTrust,
  encodeOcspRequest,
  readCertificate,
  type Signer,
  signUpdate,
  withTimeStamps,
} from '@yinji/provenance'
import { createToolkit, type Identity, withStaples } from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  Register,
  responderExtensions,
  startResponder,
  type TestResponder,
} from '../../packages/provenance/src/revocation/responder.test-kit.ts'
import { startAuthority, type TestAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import {
  caExtensions,
  leafExtensions,
  Pki,
  type PkiEntry,
  stampExtensions,
} from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk } from '../cli/command.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const pki = new Pki()
const day = 86_400_000
let root: PkiEntry
let clerk: PkiEntry
let clock: TestAuthority
let stampRoot: PkiEntry
let register: Register
let responder: TestResponder
/** Some place that shares what it was given, and has no certificate that can be asked about. */
let publisher: Signer
beforeAll(async () => {
  root = pki.issue({ subject: '/O=Ministry/CN=Root', extensions: caExtensions, days: 1000 })
  clerk = pki.issue({ subject: '/O=Ministry/CN=OCSP', extensions: responderExtensions }, root)
  stampRoot = pki.issue({ subject: '/O=Clock/CN=Root', extensions: caExtensions, days: 1000 })
  clock = await startAuthority(pki, pki.issue({ extensions: stampExtensions }, stampRoot), [stampRoot])
  register = new Register(pki, 'register')
  responder = await startResponder(pki, register, root, clerk)
  publisher = signerOf(pki.issue({ subject: '/O=Plaza/CN=Plaza' }, root))
})
afterAll(async () => {
  await responder[Symbol.asyncDispose]()
  await clock[Symbol.asyncDispose]()
  pki[Symbol.dispose]()
})

const signerOf = ({ key, certificate }: PkiEntry) => createSigner({ key, chain: certificate })
/** Somebody whose certificate says where to ask about it. */
function enrolled(subject: string, known = true, at = responder.url): PkiEntry {
  const extensions = [...leafExtensions, `authorityInfoAccess=OCSP;URI:${at}`]
  const entry = pki.issue({ subject: `/O=${subject}/CN=${subject}`, extensions }, root)
  if (known) register.enter(entry)
  return entry
}
const certificateOf = ({ certificate }: PkiEntry) => {
  const [read] = certificatesIn(certificate).flatMap((der) => readCertificate(der) ?? [])
  if (read === undefined) throw new Error('unreadable')
  return read
}
const askDirectly = async (entry: PkiEntry, at = responder.url) => {
  const request = await encodeOcspRequest(certificateOf(entry), certificateOf(root), new Uint8Array(16))
  const headers = { 'content-type': 'application/ocsp-request' }
  const answer = await fetch(at, { method: 'POST', body: Uint8Array.from(request), headers })
  return new Uint8Array(await answer.arrayBuffer())
}
const stamped = (signer: Signer) => withTimeStamps(signer, createTimeStamper({ url: clock.url }))
const trust = () => createTrust({ anchors: [root.certificate], timestampAnchors: [stampRoot.certificate] })
const identityOf = (signer: Signer): Identity => ({
  provider: { name: 'Plaza' },
  signer,
  anchor: root.certificate,
})
const toolkitOf = (options: Parameters<typeof createToolkit>[0] = {}) =>
  createToolkit({
    identity: identityOf(publisher),
    trust: [root.certificate],
    timestampTrust: [stampRoot.certificate],
    ...options,
  })
/** What is told of each signature of the file, the first made first. */
async function told(bytes: Uint8Array, at = new Date()) {
  await using toolkit = toolkitOf({ clock: () => at })
  const { report, manifests } = await toolkit.inspect(bytes, { name: 'picture.png' })
  const codes = manifests.map(({ results }) =>
    [...results.success, ...results.informational, ...results.failure]
      .map(({ code }) => code)
      .filter((code) => code.includes('ocsp')),
  )
  return { verdict: report.verdict, codes, findings: report.findings.map(({ code }) => code) }
}
const good = ['signingCredential.ocsp.notRevoked']
const skipped = ['signingCredential.ocsp.skipped']

describe('a responder', () => {
  const stapling = (entry: PkiEntry, options: Parameters<typeof withStaples>[1] = {}) =>
    signPng(stamped(withStaples(signerOf(entry), { anchors: root.certificate, ...options })))
  const refusal = (entry: PkiEntry, options: Parameters<typeof withStaples>[1] = {}) =>
    stapling(entry, options).then(
      () => 'signed',
      ({ code, details }) => [code, details.problem ?? details.reason],
    )
  const failed = (problem: string) => ['sign.staple.failed', expect.stringContaining(problem)]

  test('says that a certificate is good, to us and to c2pa-rs', async () => {
    const { bytes } = await stapling(enrolled('Painter'))
    expect(await told(bytes)).toMatchObject({ verdict: 'trusted', codes: [good] })
    const theirs = await judgeByC2pa(bytes, 'image/png', root.certificate + stampRoot.certificate)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [] })
    expect([...theirs.successes, ...theirs.informational]).toContain('signingCredential.ocsp.notRevoked')
  })

  test('that knows no such certificate vouches for nothing', async () => {
    expect(await refusal(enrolled('Unheard', false))).toEqual(failed('unrecognized'))
  })

  test('that has taken it back is heard', async () => {
    const entry = enrolled('Stolen')
    register.enter(entry, 'keyCompromise')
    expect(await refusal(entry)).toEqual(['sign.certificate.revoked', 'keyCompromise'])
  })

  test('that is late with an answer of before is not heard', async () => {
    const entry = enrolled('Sleepy')
    expect(await refusal(entry, { clock: () => new Date(Date.now() + day) })).toEqual(failed('stale'))
  })

  test('that answers about another is not heard, nor one that answers another question', async () => {
    const [entry, other] = [enrolled('Wanted'), enrolled('Another')]
    const instead = async (about: PkiEntry) => {
      const answer = await askDirectly(about)
      return (async () => new Response(Uint8Array.from(answer))) as typeof fetch
    }
    expect(await refusal(entry, { fetch: await instead(other) })).toEqual(failed('unreadable'))
    expect(await refusal(entry, { fetch: await instead(entry) })).toEqual(failed('replayed'))
  })

  test.each([
    ['whom the authority gave another job', 'unappointed', () => pki.issue({}, root)],
    [
      'whom another authority appointed',
      'stranger',
      () => pki.issue({ extensions: responderExtensions }, stampRoot),
    ],
  ])('is not heard %s', async (_, problem, signer) => {
    await using impostor = await startResponder(pki, register, root, signer())
    expect(await refusal(enrolled('Victim', true, impostor.url))).toEqual(failed(problem))
  })

  test('that is gone leaves the signature unmade', async () => {
    const gone = await startResponder(pki, register, root, clerk)
    await gone[Symbol.asyncDispose]()
    expect(await refusal(enrolled('Alone', true, gone.url))).toEqual(failed('ECONNREFUSED'))
  })
})

describe('an answer that an update brings (C2PA 18.19)', () => {
  const bring = async (png: SignedPng, options: Parameters<typeof createToolkit>[0] = {}) => {
    await using toolkit = toolkitOf(options)
    return toolkit.update(png.bytes, { certificateStatus: true }, { name: 'picture.png' })
  }

  test('vouches for the signature below, for good, where a time stamp says when it was made', async () => {
    const before = await signPng(stamped(signerOf(enrolled('Offline'))))
    expect((await told(before.bytes)).codes).toEqual([skipped])
    const { content, said } = await bring(before)
    expect(said).toEqual(['c2pa.certificate-status'])
    expect((await told(content)).codes).toEqual([good, []])
    // Its time is over, and what it said of then still holds.
    expect((await told(content, new Date(Date.now() + 30 * day))).codes[0]).toEqual(good)
    const theirs = await judgeByC2pa(content, 'image/png', root.certificate + stampRoot.certificate)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
  })

  test('counts as long as it is fresh where no time stamp does', async () => {
    const { content } = await bring(await signPng(signerOf(enrolled('Timeless'))))
    expect((await told(content)).codes[0]).toEqual(good)
    expect((await told(content, new Date(Date.now() + day))).codes[0]).toEqual(skipped)
  })

  test('is asked for where the file has none, and not again', async () => {
    let asked = 0
    const counting = ((...question: Parameters<typeof fetch>) => {
      asked++
      return fetch(...question)
    }) as typeof fetch
    const online = { fetch: counting }
    const before = await signPng(stamped(signerOf(enrolled('Once'))))
    const { content } = await bring(before, { online })
    const again = await bring({ ...before, bytes: Buffer.from(content) }, { online })
    expect([again.status, Buffer.compare(again.content, content), asked]).toEqual(['unchanged', 0, 1])
    const signer = signerOf(enrolled('Stapled'))
    const stapled = await signPng(stamped(withStaples(signer, { anchors: root.certificate })))
    expect(await bring(stapled, { online })).toMatchObject({ status: 'unchanged' })
    // Nobody asks at an address that a stranger wrote into a certificate.
    const stranger = createToolkit({
      identity: identityOf(publisher),
      trust: [stampRoot.certificate],
      online,
    })
    const hostile = stranger.update(before.bytes, { certificateStatus: true }, { name: 'picture.png' })
    await expect(hostile).rejects.toMatchObject({ code: 'sign.staple.failed' })
    expect(asked).toBe(1)
  })

  test('that can’t be had, or is bad, leaves everything as it was', async () => {
    const unknown = await signPng(stamped(signerOf(enrolled('Nobody', false))))
    await expect(bring(unknown)).rejects.toMatchObject({ code: 'sign.staple.failed' })
    const entry = enrolled('Thief')
    const stolen = await signPng(stamped(signerOf(entry)))
    register.enter(entry, 'keyCompromise')
    await expect(bring(stolen)).rejects.toMatchObject({ code: 'sign.certificate.revoked' })
  })

  const update = async (before: SignedPng, ...ocspVals: unknown[]) => {
    const { results, deltas } = await validatePng(before, trust())
    const parent = { store: before.store, results, deltas }
    const generator = { name: 'Yinji', version: '0.1.0' }
    const assertions = [{ label: 'c2pa.certificate-status', content: { ocspVals } }]
    const { store } = await signUpdate({ parent, mediaType: 'image/png', generator, assertions }, publisher)
    return pngWith(Buffer.from(store))
  }

  test('takes trust away when it says so, whatever a stapled one said', async () => {
    const entry = enrolled('Double')
    const before = await signPng(stamped(withStaples(signerOf(entry), { anchors: root.certificate })))
    expect((await told(before.bytes)).codes).toEqual([good])
    const goodWord = await askDirectly(entry)
    register.enter(entry, 'keyCompromise')
    const { bytes } = await update(before, await askDirectly(entry))
    expect((await told(bytes)).codes[0]).toEqual(['signingCredential.ocsp.revoked'])
    // The thief can't stuff the file so full that nobody hears what is brought later.
    const junk = Array.from({ length: 150 }, () => new Uint8Array(10_000))
    const full = await update(before, ...Array.from({ length: 300 }, () => goodWord), ...junk)
    expect((await told(full.bytes)).codes[0]).toEqual(good)
    const warned = await update(full, await askDirectly(entry))
    expect((await told(warned.bytes)).codes[0]).toEqual(['signingCredential.ocsp.revoked'])
  })

  test('is heard of authorities that the list let go of since', async () => {
    const entry = enrolled('Former')
    const before = await signPng(stamped(signerOf(entry)))
    const ended = { certificates: root.certificate, notAfter: new Date(Date.now() + day) }
    const outcome = async ({ bytes }: SignedPng) => {
      await using toolkit = toolkitOf({ trust: [ended], clock: () => new Date(Date.now() + 2 * day) })
      return (await toolkit.inspect(bytes, { name: 'picture.png' })).manifests[0]?.signer?.trust
    }
    expect(await outcome(before)).toBe('trusted')
    register.enter(entry, 'keyCompromise')
    expect(await outcome(await update(before, await askDirectly(entry)))).toBe('invalid')
  })

  test.each<[string, (entry: PkiEntry) => Promise<unknown[]>]>([
    ['about another', async () => [await askDirectly(enrolled('Other'))]],
    ['that is cut', async (entry) => [(await askDirectly(entry)).subarray(0, -1)]],
    [
      'of somebody not appointed',
      async (entry) => {
        await using impostor = await startResponder(pki, register, root, pki.issue({}, root))
        return [await askDirectly(entry, impostor.url)]
      },
    ],
    ['too long', async (entry) => [Buffer.concat([await askDirectly(entry), Buffer.alloc(3_000_000)])]],
  ])('is not heard when it is one %s', async (_, answers) => {
    const entry = enrolled('Hopeful')
    const { bytes } = await update(await signPng(stamped(signerOf(entry))), ...(await answers(entry)))
    const { verdict, codes } = await told(bytes)
    expect([verdict, codes[0]]).toEqual(['trusted', skipped])
  })

  test('is one command, for authorities of the trust store', async () => {
    const office = await desk([])
    const before = await signPng(stamped(signerOf(enrolled('Reporter'))))
    writeFileSync(office.path('picture.png'), before.bytes)
    const words = ['update', 'picture.png', '--in-place', '--certificate-status']
    const strange = await office.yinji(words)
    expect([strange.code, strange.err]).toEqual([4, expect.stringContaining('sign.staple.failed')])
    expect(Buffer.compare(readFileSync(office.path('picture.png')), before.bytes)).toBe(0)
    await office.yinji(['trust', 'add', pki.path(`${root.name}.pem`)])
    await office.yinji(['trust', 'add', pki.path(`${stampRoot.name}.pem`), '--purpose', 'timestamp'])
    const done = await office.yinji(words)
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('c2pa.certificate-status')])
    expect((await office.yinji(words)).out).toMatch(/^· unchanged/)
    expect((await told(readFileSync(office.path('picture.png')))).codes[0]).toEqual(good)
  })
})

describe('what config.json says of stapling', () => {
  const office = async (staple: unknown, entry: PkiEntry) => {
    const made = await desk(['picture.png'])
    const config = join(made.home, 'config.json')
    writeFileSync(join(made.home, 'signer.pem'), entry.certificate + root.certificate)
    writeFileSync(join(made.home, 'ca', 'root.pem'), root.certificate)
    writeFileSync(join(made.home, 'signer.key'), entry.key)
    writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), staple }))
    return made
  }

  test('counts as the option does', async () => {
    const { yinji, path } = await office(true, enrolled('Acme AI'))
    expect(await yinji(['label', 'picture.png', '--no-visible'])).toMatchObject({ code: 0, err: '' })
    expect((await told(readFileSync(path('picture.labeled.png')))).codes).toEqual([good])
    await yinji(['label', 'picture.png', '--no-visible', '--no-staple', '--force'])
    expect((await told(readFileSync(path('picture.labeled.png')))).codes).toEqual([skipped])
    const silent = await office(false, enrolled('Acme AI'))
    await silent.yinji(['label', 'picture.png', '--no-visible'])
    expect((await told(readFileSync(silent.path('picture.labeled.png')))).codes).toEqual([skipped])
    await silent.yinji(['label', 'picture.png', '--no-visible', '--staple', '--force'])
    expect((await told(readFileSync(silent.path('picture.labeled.png')))).codes).toEqual([good])
  })

  test('is true or false', async () => {
    const { yinji } = await office('yes', enrolled('Acme AI'))
    const { code, err } = await yinji(['label', 'picture.png', '--no-visible'])
    expect([code, err]).toEqual([2, expect.stringContaining('staple:')])
  })
})
