/** Identity assertions (CAWG) that do not hold: nothing is told of them that was not signed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCbor } from '../../encoding/cbor.ts'
import { actions, check, forgeFile, forgeManifest, sha256 } from '../forge.test-kit.ts'
import { issue } from '../issue.test-kit.ts'
import { cawg, coseOf, type IdentitySpec, identity, referTo, told } from './identity.test-kit.ts'

const claimed = (label: string) => ({ url: `self#jumbf=c2pa.assertions/${label}` })

describe('what does not hold', () => {
  const stranger = issue({ subject: 'Stranger' })
  const zeros = new Uint8Array(32)
  test.each<[string, IdentitySpec, string, string]>([
    [
      'a payload that was changed',
      { over: () => encodeCbor({ role: ['cawg.editor'] }) },
      'x509.signature.mismatch',
      'invalid',
    ],
    [
      'the signature of another key',
      { signature: (payload) => coseOf(payload, { key: stranger.privateKey }) },
      'x509.signature.mismatch',
      'invalid',
    ],
    ['no signature', { signature: () => new Uint8Array(100) }, 'x509.signature.mismatch', 'invalid'],
    [
      'an unknown algorithm',
      { signature: (payload) => coseOf(payload, { algorithm: -260 }) },
      'x509.algorithm.unsupported',
      'unchecked',
    ],
    [
      'an unknown kind of signature',
      { payload: { sig_type: 'com.example.seal' } },
      'identity.sig_type.unknown',
      'unchecked',
    ],
    [
      'another hash than the claim has',
      { references: ['c2pa.hash.data', referTo('c2pa.actions.v2', zeros)] },
      'identity.assertion.mismatch',
      'invalid',
    ],
    [
      'the hash of other content',
      { references: [referTo('c2pa.hash.data', zeros)] },
      'identity.assertion.mismatch',
      'invalid',
    ],
    [
      'an assertion that is not there',
      { references: ['c2pa.hash.data', referTo('com.example', zeros)] },
      'identity.assertion.mismatch',
      'invalid',
    ],
    [
      'an assertion of another manifest',
      {
        references: [
          'c2pa.hash.data',
          { url: 'self#jumbf=/c2pa/urn:c2pa:x/c2pa.assertions/c2pa.actions.v2', hash: zeros },
        ],
      },
      'identity.assertion.mismatch',
      'invalid',
    ],
    [
      'an assertion twice',
      { references: ['c2pa.hash.data', 'c2pa.actions.v2', 'c2pa.actions.v2'] },
      'identity.assertion.duplicate',
      'invalid',
    ],
    ['no hard binding', { references: ['c2pa.actions.v2'] }, 'identity.hard_binding_missing', 'invalid'],
    ['nothing', { references: [] }, 'identity.hard_binding_missing', 'invalid'],
    ['bytes in pad1', { members: { pad1: Uint8Array.of(0, 1) } }, 'identity.pad.invalid', 'invalid'],
    ['bytes in pad2', { members: { pad2: Uint8Array.of(0, 1) } }, 'identity.pad.invalid', 'invalid'],
    ['no pad1', { members: { pad1: undefined } }, 'identity.cbor.invalid', 'invalid'],
    ['a role that is no text', { payload: { role: [1] } }, 'identity.cbor.invalid', 'invalid'],
    ['no roles in a list of them', { payload: { role: [] } }, 'identity.cbor.invalid', 'invalid'],
    [
      'references that are none',
      { references: [claimed('c2pa.hash.data')] },
      'identity.cbor.invalid',
      'invalid',
    ],
  ])('%s is told, and nobody is believed for it', async (_, spec, status, trust) => {
    const { one, statuses, verdict, codes } = await told(spec)
    expect(one).toMatchObject({ trust })
    expect(one?.reason).toBeTruthy()
    expect(statuses).toContain(status)
    expect(statuses.filter((code) => /identity\.(?:trusted|well-formed)/.test(code))).toEqual([])
    expect(codes).toContain(`manifest.identity.${trust}`)
    expect(verdict).toBe('trusted') // the signer of the claim said what they said
  })

  test('an assertion that is named in two ways is there twice', async () => {
    const url =
      'self#jumbf=/c2pa/urn:c2pa:00000000-0000-4000-8000-000000000001/c2pa.assertions/c2pa.actions.v2'
    const twice = {
      ...identity(),
      raw: (hashOf: (label: string) => Uint8Array) => {
        const raw = identity({
          references: ['c2pa.hash.data', 'c2pa.actions.v2', { url, hash: hashOf('c2pa.actions.v2') }],
        }).raw
        return typeof raw === 'function' ? raw(hashOf) : new Uint8Array()
      },
    }
    const { results } = await check(forgeFile({ assertions: [actions, twice] }))
    expect(cawg(results)).toContain('identity.assertion.duplicate')
    expect(cawg(results)).not.toContain('identity.assertion.mismatch')
  })

  test('what was lifted from another file is about that file', async () => {
    let lifted: Uint8Array = new Uint8Array()
    const own = identity()
    const raw = (hashOf: (label: string) => Uint8Array) => {
      lifted = typeof own.raw === 'function' ? own.raw(hashOf) : lifted
      return lifted
    }
    forgeFile({ assertions: [actions, { ...own, raw }] })
    const other = forgeFile({ after: new Uint8Array(50), assertions: [actions, { ...own, raw: lifted }] })
    const { identities, verdict } = await check(other)
    expect(identities).toMatchObject([{ trust: 'invalid', name: 'Jane Doe' }])
    expect(verdict).toBe('trusted')
  })

  test('the hash of a part does not stand for that of the whole', async () => {
    const below = 'urn:c2pa:00000000-0000-4000-8000-00000000000b'
    const hash = { label: 'c2pa.hash.data', content: { alg: 'sha256', hash: zeros, pad: new Uint8Array() } }
    let itsHash: Uint8Array = zeros
    const looking = (hashOf: (label: string) => Uint8Array) => {
      itsHash = hashOf('c2pa.hash.data')
      return encodeCbor({})
    }
    const other = { label: 'com.example', content: null, raw: looking }
    const part = forgeManifest({ label: below, assertions: [hash, actions, other] })
    const { results } = await check(
      forgeFile({
        earlier: [part],
        assertions: [
          actions,
          {
            label: 'c2pa.ingredient.v3',
            content: {
              relationship: 'componentOf',
              activeManifest: { url: `self#jumbf=/c2pa/${below}`, hash: sha256(part.subarray(8)) },
              validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
            },
          },
          identity({
            references: [
              'c2pa.hash.data',
              { url: `self#jumbf=/c2pa/${below}/c2pa.assertions/c2pa.hash.data`, hash: itsHash },
            ],
          }),
        ],
      }),
    )
    expect(cawg(results)).toContain('identity.hard_binding_incorrect')
    expect(cawg(results)).not.toContain('identity.assertion.mismatch')
  })

  test('a manifest that does not hold names nobody', async () => {
    const file = forgeFile({ key: issue({ subject: 'X' }).privateKey, assertions: [actions, identity()] })
    expect((await check(file)).identities).toEqual([])
  })
})

const flip = (bytes: Uint8Array, at: number, bit: number) => {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy
}

test('whoever signs the claim can’t change a bit of what others signed', async () => {
  const own = identity()
  const rawOf = (change: (raw: Uint8Array) => Uint8Array) => (hashOf: (label: string) => Uint8Array) =>
    change(typeof own.raw === 'function' ? own.raw(hashOf) : new Uint8Array())
  const forge = (change: (raw: Uint8Array) => Uint8Array) =>
    check(forgeFile({ assertions: [actions, { ...own, raw: rawOf(change) }] }))
  const [before] = (await forge((raw) => raw)).identities
  await fc.assert(
    fc.asyncProperty(fc.nat(1200), fc.nat(7), async (at, bit) => {
      const { identities } = await forge((raw) => flip(raw, at, bit))
      for (const one of identities) if (one.trust === 'trusted') expect(one).toEqual(before)
    }),
    { numRuns: 200 },
  )
})
