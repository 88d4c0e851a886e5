/**
 * Every byte of a store counts: one bit of each is changed, and the change is noticed. Those few that no signature covers
 * are listed by the region they stand in, with the reason.
 */
import { bytesSource, judge } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { isSuperBox, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { createTrust } from '../trust/trust.ts'
import { actions, type FileSpec, flipped, forgeFile, type Signed } from './forge.test-kit.ts'
import { issuing, now, pem, root, signer } from './issue.test-kit.ts'
import { validateManifest } from './validate.ts'

/** Why a change may pass. */
const uncovered: Readonly<Record<string, string>> = {
  'unprotected pad': 'C2PA 10.4.2: padding of the signature, ignored by validators',
  'unprotected note': 'RFC 9052 3: header parameters without protection are nobody’s word',
}

interface Region {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The boxes of the store and what is in them; the most particular region comes first. */
function regionsOf(store: Uint8Array): Region[] {
  const walk = (box: SuperBox, path: string): Region[] => {
    const inner = box.children.flatMap((child) =>
      isSuperBox(child)
        ? walk(child, child.label)
        : [
            {
              name: `${box.label} content`,
              start: child.offset,
              end: child.offset + 8 + child.payload.length,
            },
          ],
    )
    const first = inner[0]?.start ?? box.offset + box.bytes.length
    return [
      ...inner,
      { name: `${path} header`, start: box.offset, end: box.offset + box.headerLength },
      { name: `${path} description`, start: box.offset + box.headerLength, end: first },
    ]
  }
  return [...valuesOf(store), ...walk(parseJumbf(store), 'store')]
}

/** Values of the unprotected header, found by what stands in them. */
function valuesOf(store: Uint8Array): Region[] {
  const signature = parseJumbf(store).children.filter(isSuperBox).at(-1)
  const box = signature?.children.filter(isSuperBox).find(({ uuid }) => uuid === uuids.signature)
  const content = box?.children.find((child) => !isSuperBox(child))
  if (content === undefined || isSuperBox(content)) throw new Error('no signature')
  const bytes = Buffer.from(store)
  return [...unprotected].map(([key, value]) => {
    const member = Buffer.concat([encodeCbor(key), encodeCbor(value)])
    const at = bytes.indexOf(member, content.offset)
    if (at < 0) throw new Error(`no ${key}`)
    // The key, the head of the value and the value itself; for padding, what counts is what it is filled with.
    return { name: `unprotected ${key}`, start: at, end: at + member.length }
  })
}

const unprotected = new Map<string, unknown>([
  ['pad', new Uint8Array(40)],
  ['note', 'of no consequence'],
])
const trust = createTrust({ anchors: [pem(root)] })
const review = { label: 'org.x', content: { passed: true } }
const spec: FileSpec = {
  assertions: [actions, review],
  unprotected,
  chain: [signer.certificate, issuing.certificate],
  // Under an absolute URI the label of the manifest itself is signed.
  claim: { signature: 'self#jumbf=/c2pa/urn:c2pa:00000000-0000-4000-8000-000000000001/c2pa.signature' },
}
const file = forgeFile(spec)

async function verdictOf({ bytes, found }: Signed) {
  const { findings } = await validateManifest({ found, source: bytesSource(bytes), trust, now })
  return judge(findings)
}

describe('of a signed file', () => {
  const { start } = file.found.excluded
  const regions = regionsOf(file.found.store)
  const nameOf = (at: number) => regions.find((region) => at >= region.start && at < region.end)?.name

  test('every byte of the store stands in a region with a name', () => {
    const nameless = [...file.found.store.keys()].filter((at) => nameOf(at) === undefined)
    expect(nameless).toEqual([])
    expect(decodeCbor(encodeCbor(unprotected))).toEqual(unprotected)
  })

  test('no byte of the store can change unnoticed, but for those listed', async () => {
    expect(await verdictOf(file)).toBe('trusted')
    const passed = new Map<string, number>()
    for (const at of file.found.store.keys()) {
      if ((await verdictOf(flipped(file, start + at))) !== 'trusted') continue
      const name = nameOf(at) ?? '—'
      passed.set(name, (passed.get(name) ?? 0) + 1)
    }
    expect([...passed.keys()].sort()).toEqual(Object.keys(uncovered).sort())
    expect(passed.get('unprotected pad')).toBeGreaterThanOrEqual(40)
  }, 120_000)

  test('no byte of the content can change unnoticed', async () => {
    const { excluded } = file.found
    for (const at of file.bytes.keys()) {
      if (at >= excluded.start && at < excluded.start + excluded.length) continue
      if (at % 7 === 0) expect(await verdictOf(flipped(file, at))).toBe('invalid')
    }
  })
})
