/** A certificate that has run out, and a stamp of somebody nobody knows: the statuses of C2PA 15.8.2, ours and those of c2pa-rs. */
import { createHash } from 'node:crypto'
import { judge } from '@yinji/core'
import { createAuthority, createSigner, createTrust, crJsonOf, signUpdate } from '@yinji/provenance'
import { openCertificateKey } from '@yinji/provenance/certificates'
import { beforeAll, expect, test } from 'vitest'
import { answerTimeStamp } from '../../packages/provenance/src/certificates/timestamp.ts'
import { encodeTimeStampRequest } from '../../packages/provenance/src/timestamp/request.ts'
import { readTimeStampResponse } from '../../packages/provenance/src/timestamp/token.ts'
import { issue, pem } from '../../packages/provenance/src/verify/issue.test-kit.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const signedAt = new Date('2023-03-01T00:00:00Z')
const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2045-01-01') }
const clockRoot = issue({ subject: 'Clocks', ca: true, ...dates })
const purposes = { purposes: ['1.3.6.1.5.5.7.3.8'], purposesCritical: true }
const clock = issue({ subject: 'Clock', ...purposes, ...dates }, clockRoot)
const generator = { name: 'Yinji', version: '0.1.0' }

let stamped: SignedPng
let anchors: string[]
beforeAll(async () => {
  const own = await createAuthority({ organization: 'Acme AI', now: signedAt })
  anchors = [own.rootCertificate]
  const chain = own.signerCertificate + own.issuingCertificate
  const signer = createSigner({ key: own.signerKey, chain }, signedAt)
  const key = openCertificateKey(clock.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const stamp = async (bytes: Uint8Array) => {
    const request = encodeTimeStampRequest(
      createHash('sha256').update(bytes).digest(),
      Uint8Array.of(1, 2, 3),
    )
    const authority = { certificate: clock.certificate, key, policy: '1.2.3.4.1' }
    return readTimeStampResponse(await answerTimeStamp(request, authority, signedAt))
  }
  stamped = await signPng({ ...signer, sign: signer.sign, timestamp: { reserve: 6000, stamp } })
})

const known = () => createTrust({ anchors, timestampAnchors: [pem(clockRoot)] })
const strange = () => createTrust({ anchors })
const codesOf = (all: readonly { readonly code: string }[] | undefined) => all?.map(({ code }) => code) ?? []

test('is rejected in the terms of the standard, while people are told what would help', async () => {
  const { findings, codes, results } = await validatePng(stamped, strange())
  expect(judge(findings)).toBe('unchecked')
  expect(codes).toContain('manifest.timestamp.needed')
  expect(codesOf(results.informational)).toContain('timeStamp.untrusted')
  expect(codesOf(results.failure)).toEqual(['signingCredential.expired', 'claimSignature.outsideValidity'])
  expect(codesOf(results.success)).not.toContain('claimSignature.insideValidity')
  expect(codesOf(results.success)).not.toContain('timeStamp.validated')

  const theirs = await judgeByC2pa(stamped.bytes, 'image/png', anchors.join(''))
  // They have a code of their own for it, and leave out that of the standard.
  expect(theirs.failures).toContain('signingCredential.expired')
  expect(theirs.informational).toContain('timeStamp.untrusted')
})

test('crJSON says the same', async () => {
  const validation = await validatePng(stamped, strange())
  const document = crJsonOf(stamped.store, validation, { generator, validationTime: new Date() })
  const [manifest] = document['manifests'] as unknown as readonly {
    validationResults: { failure: { code: string; url: string }[] }
  }[]
  expect(manifest?.validationResults.failure).toContainEqual({
    code: 'claimSignature.outsideValidity',
    url: expect.stringMatching(/c2pa\.signature$/),
  })
})

test('holds as soon as the authority of the stamp is known, also for who took it in before', async () => {
  const doubted = await validatePng(stamped, strange())
  const { findings, results } = await validatePng(stamped, known())
  expect([judge(findings), codesOf(results.failure)]).toEqual(['trusted', []])

  const own = await createAuthority({ organization: 'Platform', now: new Date() })
  const signer = createSigner({ key: own.signerKey, chain: own.signerCertificate + own.issuingCertificate })
  const parent = { store: stamped.store, results: doubted.results }
  const update = {
    parent,
    actions: [{ action: 'c2pa.published' as const }],
    generator,
    mediaType: 'image/png',
  }
  const { store } = await signUpdate(update, signer)
  const both = (timestampAnchors: string[]) =>
    createTrust({ anchors: [...anchors, own.rootCertificate], timestampAnchors })
  const file = pngWith(Buffer.from(store))
  expect(judge((await validatePng(file, both([]))).findings)).toBe('valid') // of whom it was, nobody can say
  expect(judge((await validatePng(file, both([pem(clockRoot)]))).findings)).toBe('trusted')
})
