/** Answers that manifests bring as assertions: which are looked at, and for what they count. */
import { describe, expect, test } from 'vitest'
import { openCertificateKey } from '../../certificates/key.ts'
import { answerOcsp, type OcspStatus } from '../../certificates/ocsp.ts'
import { encodeOcspRequest } from '../../revocation/ask.ts'
import { createRevocation, type Revocation } from '../../revocation/revocation.ts'
import { readCertificate } from '../../trust/certificate.ts'
import {
  type AssertionSpec,
  actions,
  check,
  forgeFile,
  forgeManifest,
  forgeStore,
} from '../forge.test-kit.ts'
import { type Issued, issue, issuing, now, root } from '../issue.test-kit.ts'
import { readStore } from '../store.ts'
import { lateAnswersOf } from './late-answers.ts'

const hour = 3_600_000
const label = 'c2pa.certificate-status'
const status = (...ocspVals: unknown[]): AssertionSpec => ({ label, content: { ocspVals } })
const urn = (digit: number) => `urn:c2pa:00000000-0000-4000-8000-00000000000${digit}`
const answersIn = (...manifests: (readonly AssertionSpec[])[]) =>
  lateAnswersOf(
    readStore(
      forgeStore(manifests.map((assertions, index) => forgeManifest({ label: urn(index), assertions }))),
    ),
  )
const bytes = (value: number, length = 4) => new Uint8Array(length).fill(value)

describe('answers looked at', () => {
  test('are those of all manifests, the later ones first', () => {
    expect(answersIn([status(bytes(1), bytes(2))], [actions], [status(bytes(3))])).toEqual(
      [3, 1, 2].map((value) => bytes(value)),
    )
  })

  test('are so many and so long, and no more', () => {
    const many = Array.from({ length: 400 }, (_, index) => bytes(index % 256))
    expect(answersIn([status(...many)])).toHaveLength(256)
    const long = Array.from({ length: 5 }, () => bytes(0, 900_000))
    expect(answersIn([status(...long)])).toHaveLength(2)
  })

  test.each<[string, AssertionSpec]>([
    ['no map', { label, content: [bytes(1)] }],
    ['no list', { label, content: { ocspVals: bytes(1) } }],
    ['no bytes', status('answer', 1, null, [bytes(1)])],
    ['nothing', status()],
    ['no CBOR', { label, content: undefined, raw: Uint8Array.of(0xff) }],
    [
      'JSON',
      { label, content: undefined, raw: new TextEncoder().encode('{"ocspVals":["AA=="]}'), type: 'json' },
    ],
    ['a second one', { ...status(bytes(1)), label: `${label}__1` }],
  ])('are none where it is %s', (_, assertion) => {
    expect(answersIn([assertion])).toEqual([])
  })
})

describe('an answer in the manifest of the signature itself', () => {
  const asked = issue({ subject: 'Asked', ocsp: 'http://ca.example/' }, issuing)
  const read = ({ certificate }: Issued) => {
    const found = readCertificate(certificate)
    if (!found) throw new Error('unreadable')
    return found
  }
  const answer = async (about: Issued, by: Issued, said: OcspStatus, at = now) => {
    const key = openCertificateKey(by.privateKey.export({ format: 'der', type: 'pkcs8' }))
    const responder = { certificate: by.certificate, key, issuer: by.certificate, statusOf: () => said }
    const request = await encodeOcspRequest(read(about), read(by), Uint8Array.of(1))
    return answerOcsp(request, [responder], { now: at, lifetime: hour })
  }
  const told = (...answers: Uint8Array[]) => toldBy(createRevocation(), ...answers)
  const toldBy = async (revocation: Revocation | undefined, ...answers: Uint8Array[]) => {
    const chain = [asked.certificate, issuing.certificate]
    const file = forgeFile({ chain, key: asked.privateKey, assertions: [actions, status(...answers)] })
    const { verdict, results } = await check(file, revocation && { revocation })
    const codes = [...results.success, ...results.informational, ...results.failure].map(({ code }) => code)
    return [verdict, ...codes.filter((code) => code.startsWith('signingCredential.ocsp'))]
  }
  const when = new Date(+now - 2 * hour)

  test.each<[string, OcspStatus, string[]]>([
    ['good', 'good', ['trusted', 'signingCredential.ocsp.notRevoked']],
    ['unknown', 'unknown', ['trusted', 'signingCredential.ocsp.unknown', 'signingCredential.ocsp.skipped']],
    ['revoked', { when, reason: 'keyCompromise' }, ['invalid', 'signingCredential.ocsp.revoked']],
    ['on hold', { when, reason: 'certificateHold' }, ['invalid', 'signingCredential.ocsp.revoked']],
    ['held no more', { when, reason: 'removeFromCRL' }, ['trusted', 'signingCredential.ocsp.notRevoked']],
  ])('that says %s is heard', async (_, said, expected) => {
    expect(await told(await answer(asked, issuing, said))).toEqual(expected)
  })

  test('that says it was revoked is heard among all that say it is good', async () => {
    const good = await answer(asked, issuing, 'good')
    const many = Array.from({ length: 200 }, () => good)
    const bad = await answer(asked, issuing, { when, reason: 'keyCompromise' })
    expect(await told(...many)).toEqual(['trusted', 'signingCredential.ocsp.notRevoked'])
    expect(await told(...many, bad)).toEqual(['invalid', 'signingCredential.ocsp.revoked'])
  })

  test('counts in its time alone where nobody tells when it was signed', async () => {
    const skipped = ['trusted', 'signingCredential.ocsp.skipped']
    expect(await told(await answer(asked, issuing, 'good', new Date(+now - 2 * hour)))).toEqual(skipped)
    expect(await told(await answer(asked, issuing, 'good', new Date(+now + 2 * hour)))).toEqual(skipped)
  })

  test('is not looked at where nobody is to ask, which is told (C2PA 15.9)', async () => {
    const bad = await answer(asked, issuing, { when, reason: 'keyCompromise' })
    const skipped = ['trusted', 'signingCredential.ocsp.skipped']
    expect(await toldBy(undefined, bad)).toEqual(skipped)
    expect(await toldBy(createRevocation({ mode: 'off' }), bad)).toEqual(skipped)
  })

  test('by the authority above, or about another certificate, is none', async () => {
    const skipped = ['trusted', 'signingCredential.ocsp.skipped']
    expect(await told(await answer(asked, root, 'good'))).toEqual(skipped)
    const other = issue({ subject: 'Other', ocsp: 'http://ca.example/' }, issuing)
    expect(await told(await answer(other, issuing, { when, reason: 'keyCompromise' }))).toEqual(skipped)
  })
})

describe('an answer from after signing (C2PA 15.9.1)', () => {
  const asked = issue({ subject: 'Asked' }, root)
  const question = async (signedAt: Date | undefined, answeredAt: Date) => {
    const [certificate, issuer] = [asked, root].map(({ certificate }) => readCertificate(certificate))
    if (!certificate || !issuer) throw new Error('unreadable')
    const key = openCertificateKey(root.privateKey.export({ format: 'der', type: 'pkcs8' }))
    const responder = {
      certificate: root.certificate,
      key,
      issuer: root.certificate,
      statusOf: () => 'good' as const,
    }
    const request = await encodeOcspRequest(certificate, issuer, Uint8Array.of(1))
    const stapled = [await answerOcsp(request, [responder], { now: answeredAt, lifetime: hour })]
    return createRevocation().statusOf({ certificate, issuer, now, signedAt, stapled }).status
  }
  const ago = (hours: number) => new Date(+now - hours * hour)

  test.each([
    ['asked for later, and over', ago(9), ago(5), 'good'],
    ['of the time', ago(4.5), ago(5), 'good'],
    ['of before, and over', ago(2), ago(5), 'unknown'],
    ['of the future', ago(9), ago(-2), 'unknown'],
    ['asked for later, without a time stamp', undefined, ago(5), 'unknown'],
  ])('%s', async (_, signedAt, answeredAt, expected) => {
    expect(await question(signedAt, answeredAt)).toBe(expected)
  })
})
