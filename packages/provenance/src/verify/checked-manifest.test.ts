/** Manifests that were tampered with or made wrong, one way each: every one is caught and named. */
import { describe, expect, test } from 'vitest'
import { encodeCbor } from '../encoding/cbor.ts'
import { actions, created, type FileSpec, forged } from './forge.test-kit.ts'
import { issue } from './issue.test-kit.ts'

describe('a forged manifest', () => {
  const second = {
    label: 'c2pa.hash.data__1',
    content: { alg: 'sha256', hash: new Uint8Array(32), pad: new Uint8Array() },
  }
  test.each<[string, FileSpec, string]>([
    ['with a second claim', { claimBoxes: (box) => [box, box] }, 'manifest.claim.multiple'],
    ['without claim', { claimBoxes: () => [] }, 'manifest.claim.missing'],
    ['with a second hard binding', { assertions: [actions, second] }, 'manifest.binding.multiple'],
    [
      'with a statement nobody signed',
      { assertions: [actions, { label: 'x', content: {}, list: null }] },
      'manifest.assertion.undeclared',
    ],
    [
      'with a statement exchanged',
      { assertions: [actions, { label: 'x', content: {}, hash: new Uint8Array(32) }] },
      'manifest.assertion.mismatch',
    ],
    ['without actions', { assertions: [] }, 'manifest.action.missing'],
    [
      'that lists a statement of another manifest',
      {
        claim: {
          gathered_assertions: [
            { url: 'self#jumbf=/c2pa/urn:x/c2pa.assertions/y', hash: new Uint8Array(32) },
          ],
        },
      },
      'manifest.assertion.missing',
    ],
    [
      'that withholds its own statement',
      { claim: { redacted_assertions: ['self#jumbf=c2pa.assertions/x'] } },
      'manifest.assertion.redacted',
    ],
    ['whose claim lacks a field', { claim: { instanceID: undefined } }, 'manifest.claim.malformed'],
    [
      'whose claim has trailing bytes',
      { afterSigning: (claim) => Uint8Array.from([...claim, 0]) },
      'manifest.claim.malformed',
    ],
    [
      'with a signature elsewhere',
      { claim: { signature: 'self#jumbf=/c2pa/urn:x/c2pa.signature' } },
      'manifest.signature.missing',
    ],
    ['signed with another key', { key: issue({ subject: 'X' }).privateKey }, 'manifest.signature.mismatch'],
    [
      'whose first action is an edit',
      { assertions: [{ ...actions, content: { actions: [{ action: 'c2pa.edited' }, created] } }] },
      'manifest.action.malformed',
    ],
    [
      'with two origins',
      { assertions: [{ ...actions, content: { actions: [created, created] } }] },
      'manifest.action.malformed',
    ],
    [
      'created from nothing known',
      { assertions: [{ ...actions, content: { actions: [{ action: 'c2pa.created' }] } }] },
      'manifest.action.malformed',
    ],
    [
      'that opened no ingredient',
      { assertions: [{ ...actions, content: { actions: [{ action: 'c2pa.opened' }] } }] },
      'manifest.action.malformed',
    ],
  ])('%s is invalid', async (_, spec, code) => {
    const { verdict, codes } = await forged(spec)
    expect(codes).toContain(code)
    expect(verdict).toBe('invalid')
    expect(codes).not.toContain('manifest.content.altered')
  })

  test('of version 1 may go without rules of later editions, but begins with its origin', async () => {
    const old = (...list: object[]) =>
      forged({ version: 1, assertions: [{ label: 'c2pa.actions', content: { actions: list } }] })
    const opened = { action: 'c2pa.opened' } // the ingredient was named by instanceID
    const edited = { action: 'c2pa.edited' }
    for (const list of [[created], [opened, edited], [edited]])
      expect((await old(...list)).verdict).toBe('trusted')
    for (const list of [
      [edited, created],
      [edited, opened],
      [created, created],
    ]) {
      const { verdict, findings } = await old(...list)
      const what = findings.find(({ code }) => code === 'manifest.action.malformed')?.data
      expect([verdict, what?.['status']]).toEqual(['invalid', 'assertion.action.malformed'])
    }
  })

  test('with a key that stands twice in the claim is invalid', async () => {
    const twice = (claim: Uint8Array) => {
      const entry = Uint8Array.from([...encodeCbor('dc:title'), ...encodeCbor('x')])
      const size = (claim[0] ?? 0) - 0xa0
      return Uint8Array.from([0xa0 + size + 2, ...claim.subarray(1), ...entry, ...entry])
    }
    expect((await forged({ afterSigning: twice })).codes).toContain('manifest.claim.malformed')
  })

  test('of a newer kind is unchecked, not invalid', async () => {
    const claim = { claim_generator_info: { name: 'Future', specVersion: '3.0.0' } }
    const { verdict, codes } = await forged({ claim })
    expect(codes).toContain('manifest.version.unknown')
    expect(verdict).toBe('unchecked')
  })

  test('under a newer name is unchecked, and missing to machines (C2PA 15.11.3.3)', async () => {
    const newer = (box: Uint8Array) => {
      const copy = Buffer.from(box)
      copy.write('c2pa.claim.v9', copy.indexOf('c2pa.claim.v2'))
      return [copy]
    }
    const { verdict, codes, results } = await forged({ claimBoxes: newer })
    expect([verdict, codes]).toEqual(['unchecked', ['manifest.version.unknown']])
    expect(results.failure.map(({ code }) => code)).toEqual(['claim.missing'])
  })

  test('says nothing about who made the content when its signature does not hold', async () => {
    const { signer, active, history } = await forged({ key: issue({ subject: 'X' }).privateKey })
    expect({ signer, active, history }).toEqual({ signer: null, active: null, history: [] })
  })

  test('with a word outside the vocabulary is read with a warning', async () => {
    const odd = { ...created, digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/byMagic' }
    const { verdict, codes } = await forged({
      assertions: [{ ...actions, content: { actions: [odd], allActionsIncluded: true } }],
    })
    expect(codes).toContain('manifest.action.vocabulary')
    expect(verdict).toBe('trusted')
  })
})

describe('the signed label record', () => {
  const content = {
    aigc: { Label: '1', ContentProducer: 'Acme' },
    involvement: 'generated',
    contentId: 'id-1',
    createdAt: '2026-05-01T00:00:00Z',
    system: 'Painter',
    explicit: { text: 'AI生成', position: 'bottom-right' },
  }
  test('is read', async () => {
    const { active, verdict } = await forged({ assertions: [actions, { label: 'cn.yinji.label', content }] })
    expect(active?.record).toEqual(content)
    expect(verdict).toBe('trusted')
  })
  test('leaves out a look that it does not know', async () => {
    const odd = { ...content.explicit, moment: 'sometimes', style: 7, size: '5 %' }
    const assertions = [actions, { label: 'cn.yinji.label', content: { ...content, explicit: odd } }]
    expect((await forged({ assertions })).active?.record).toEqual(content)
  })
  test('the signer does not vouch for is not used', async () => {
    const gathered = { label: 'cn.yinji.label', content, list: 'gathered_assertions' as const }
    const { active, codes } = await forged({ assertions: [actions, gathered] })
    expect(active?.record).toBeNull()
    expect(codes).toContain('manifest.record.malformed')
  })
  test.each([
    ['aigc', { aigc: { Label: 1 } }],
    ['involvement', { involvement: 'dreamt' }],
    ['contentId', { contentId: null }],
    ['explicit', { explicit: { text: 'AI' } }],
  ])('with a wrong %s is not used', async (field, change) => {
    const { active, findings } = await forged({
      assertions: [actions, { label: 'cn.yinji.label', content: { ...content, ...change } }],
    })
    expect(active?.record).toBeNull()
    expect(findings.find(({ code }) => code === 'manifest.record.malformed')?.data).toEqual({ what: field })
  })
})
