/** crJSON of signatures: who signed and who stamped, in the words of their certificates. */
import { expect, test } from 'vitest'
import { openCertificateKey } from '../certificates/key.ts'
import { answerTimeStamp } from '../certificates/timestamp.ts'
import { encodeTimeStampRequest } from '../timestamp/request.ts'
import { readTimeStampResponse } from '../timestamp/token.ts'
import { check, forgeFile, sha256 } from '../verify/forge.test-kit.ts'
import { issue, issuing, now, root } from '../verify/issue.test-kit.ts'
import { crJsonOf } from './cr-json.ts'

const options = { generator: { name: 'Yinji', version: '1' }, validationTime: now }
const signature = async (unprotected: ReadonlyMap<unknown, unknown>) => {
  const { certificate, privateKey } = issue({ subject: 'Acme, "AI" + Söhne; 示例' }, issuing)
  const file = forgeFile({ chain: [certificate, issuing.certificate], key: privateKey, unprotected })
  const { manifests } = crJsonOf(file.found.store, await check(file), options) as {
    manifests: [{ signature: Record<string, unknown> }]
  }
  return manifests[0].signature
}

test('names stand in it as they are in the certificate, without the escapes of a line', async () => {
  expect(await signature(new Map())).toMatchObject({
    certificateInfo: { subject: { O: 'Acme, "AI" + Söhne; 示例' }, issuer: { O: 'Issuing' } },
  })
  expect(await signature(new Map())).not.toHaveProperty('timeStampInfo')
})

test('a time stamp is told with its authority', async () => {
  const clock = issue({ subject: 'Clock', purposes: ['1.3.6.1.5.5.7.3.8'], purposesCritical: true }, root)
  const key = openCertificateKey(clock.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const request = encodeTimeStampRequest(sha256(Uint8Array.of(1)), Uint8Array.of(1, 2, 3, 4))
  const authority = { certificate: clock.certificate, key, policy: '1.2.3.4.1' }
  const val = readTimeStampResponse(await answerTimeStamp(request, authority, now))
  const stamped = await signature(new Map([['sigTst2', { tstTokens: [{ val }] }]]))
  expect(stamped).toMatchObject({
    timeStampInfo: { timestamp: now.toISOString(), certificateInfo: { subject: { O: 'Clock' } } },
  })
  const broken = await signature(new Map([['sigTst2', { tstTokens: [{ val: Uint8Array.of(1) }] }]]))
  expect(broken).not.toHaveProperty('timeStampInfo')
})
