/** Answers of a real OCSP responder (openssl), stapled by signers, and those that are no good. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withStaples } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import {
  responderExtensions,
  startResponder,
} from '../../packages/provenance/src/revocation/responder.test-kit.ts'
import type { PkiEntry } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk } from '../cli/command.ts'
import { day } from '../helpers/clock.ts'
import {
  askDirectly,
  clerk,
  enrolled,
  good,
  pki,
  register,
  root,
  signerOf,
  skipped,
  stamped,
  stampRoot,
  told,
} from '../helpers/responder.ts'
import { signPng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

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
