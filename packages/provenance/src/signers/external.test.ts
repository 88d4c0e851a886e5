/** What comes from outside is held against the certificate: no wrong signature gets through. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { caExtensions, stampExtensions } from '../trust/pki.test-kit.ts'
import { createExternalSigner } from './external.ts'
import type { Signer } from './signer.ts'
import { bytes, expectSigns, failure, leaf, pki, root, rsa } from './signers.test-kit.ts'

describe('what comes from outside', () => {
  const answering = (answer: (content: Uint8Array) => Uint8Array, entry = leaf) =>
    createExternalSigner({ chain: entry.certificate, sign: async (content) => answer(content) })
  const wrong = (signer: Signer) => failure(() => signer.sign(bytes))

  test('may be DER, and is made raw', async () => {
    const derived = answering((content) => sign('sha256', content, leaf.key))
    for (
      let round = 0;
      round < 40;
      round++ // numbers of every length
    )
      await expectSigns(derived, leaf.certificate)
  })

  test('is refused when another key made it, or another digest, or nothing', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const raw = { dsaEncoding: 'ieee-p1363' as const }
    const code = 'sign.external.wrong'
    const problem = 'another key or another digest made it'
    expect(await wrong(answering((content) => sign('sha256', content, { key: privateKey, ...raw })))).toEqual(
      {
        code,
        problem,
        algorithm: 'ES256',
      },
    )
    expect(await wrong(answering((content) => sign('sha384', content, leaf.key)))).toMatchObject({
      code,
      problem: 'its digest is sha384, not sha256',
    })
    const digest = (content: Uint8Array) => createHash('sha256').update(content).digest()
    expect(await wrong(answering((content) => sign('sha256', digest(content), leaf.key)))).toMatchObject({
      code,
      problem: expect.stringMatching(/^it is over the digest, hashed once more/),
    })
    expect(
      await wrong(
        answering((content) => sign('sha512', content, { key: rsa.key, padding: 6, saltLength: 64 }), rsa),
      ),
    ).toMatchObject({ code, problem: 'its digest is sha512, not sha256' })
    expect(await wrong(answering(() => new Uint8Array()))).toMatchObject({
      code,
      problem: 'it has 0 bytes instead of 64',
    })
  })

  test('is refused when it is no bytes at all, and the words of whoever fails are kept', async () => {
    for (const answer of [undefined, 'MEUCIQ', new Uint8Array(64).buffer])
      expect(await wrong(answering(() => answer as never))).toMatchObject({
        code: 'sign.external.wrong',
        problem: 'it is no Uint8Array',
      })
    const refusing = createExternalSigner({
      chain: leaf.certificate,
      sign: () => Promise.reject(new Error('AccessDenied')),
    })
    expect(await failure(() => refusing.sign(bytes))).toEqual({
      code: 'sign.external.failed',
      problem: 'AccessDenied',
    })
  })

  test('is refused when RSA pads it the old way, and the reason is said', async () => {
    expect(await wrong(answering((content) => sign('sha256', content, rsa.key), rsa))).toMatchObject({
      code: 'sign.external.wrong',
      problem: 'it is padded after PKCS #1 v1.5, not PSS',
    })
    const salt = { key: rsa.key, padding: 6, saltLength: 20 }
    expect(await wrong(answering((content) => sign('sha256', content, salt), rsa))).toMatchObject({
      problem: 'its salt is not as long as the digest',
    })
  })

  test('needs a certificate that may sign content', async () => {
    const stamping = pki.issue({ extensions: stampExtensions }, root)
    const never = async () => new Uint8Array()
    expect(
      await failure(() => createExternalSigner({ chain: stamping.certificate, sign: never })),
    ).toMatchObject({
      code: 'sign.certificate.profile',
      problem: 'extendedKeyUsage is timeStamping',
    })
    const two = leaf.certificate + rsa.certificate
    expect(await failure(() => createExternalSigner({ chain: two, sign: never }))).toMatchObject({
      problem: 'several of the certificates could be the signing one',
    })
    const stranger = pki.issue({ subject: '/O=Other/CN=Other Root', extensions: caExtensions })
    const beside = leaf.certificate + stranger.certificate
    expect(await failure(() => createExternalSigner({ chain: beside, sign: never }))).toMatchObject({
      problem: 'O=Other, CN=Other Root is not in the chain above it',
    })
    const curve = pki.issue({ kind: 'secp256k1' }, root)
    expect(
      await failure(() => createExternalSigner({ chain: curve.certificate, sign: never })),
    ).toMatchObject({
      code: 'sign.certificate.profile',
    })
  })
})
