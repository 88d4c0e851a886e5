/** Answers of a real OCSP responder that updates bring later (C2PA 18.19), and those that are no good. */
import { readFileSync, writeFileSync } from 'node:fs'
import { signUpdate } from '@yinji/provenance'
import { createToolkit, withStaples } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { startResponder } from '../../packages/provenance/src/revocation/responder.test-kit.ts'
import type { PkiEntry } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk } from '../cli/command.ts'
import { day } from '../helpers/clock.ts'
import {
  askDirectly,
  enrolled,
  good,
  identityOf,
  pki,
  publisher,
  register,
  root,
  signerOf,
  skipped,
  stamped,
  stampRoot,
  told,
  toolkitOf,
  trust,
} from '../helpers/responder.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

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
