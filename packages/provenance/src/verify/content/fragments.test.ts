/** Films in fragments, as ffmpeg cuts them: each fragment is checked, and so is that all are there and in order. */
import { bytesSource, judge, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa, judgeFragmentByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { createTrust } from '../../trust/trust.ts'
import { check, type Signed } from '../forge.test-kit.ts'
import { now, pem, root } from '../issue.test-kit.ts'
import { validateManifest } from '../validate.ts'
import { boxesOf, film, merkleBox, type Shape, signFile, signSegments } from './fragments.test-kit.ts'

const films = { dash: film('dash'), hls: film('hls') }
const single = film('file')[0] ?? Buffer.of()
const trust = createTrust({ anchors: [pem(root)] })

async function* sources(segments: readonly Uint8Array[]): AsyncGenerator<Source> {
  for (const [index, bytes] of segments.entries()) yield bytesSource(bytes, `seg${index + 1}.m4s`)
}

async function checkSegments({ bytes, found }: Signed, segments: readonly Uint8Array[]) {
  const options = { found, source: bytesSource(bytes), fragments: sources(segments), trust, now }
  const { findings } = await validateManifest(options)
  const said = (code: string) => findings.find((finding) => finding.code === code)?.data
  return { verdict: judge(findings), codes: findings.map(({ code }) => code), said }
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list.at(index)
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}

const shapes: [string, Shape][] = [
  ['with all hashes in the manifest', {}],
  ['one row up', { height: 1 }],
  ['with the root in the manifest and boxes of one size', { height: 9, padding: 40 }],
]

describe.each(['dash', 'hls'] as const)('an initialization segment with %s segments', (kind) => {
  test.each(shapes)('%s is trusted, by c2pa-rs segment by segment', async (_, shape) => {
    const signed = signSegments(films[kind], shape)
    expect(signed.segments.length).toBeGreaterThanOrEqual(5)
    const { verdict, codes } = await checkSegments(signed, signed.segments)
    expect([verdict, codes]).toEqual(['trusted', expect.arrayContaining(['manifest.content.intact'])])
    for (const segment of signed.segments) {
      const { successes } = await judgeFragmentByC2pa(signed.bytes, segment, 'video/mp4', pem(root))
      expect(successes).toContain('assertion.bmffHash.match')
    }
  })
})

describe('segments of which something is wrong', () => {
  const signed = signSegments(films.dash, { height: 1 })
  const { segments } = signed

  test('the one that was changed is named, also where c2pa-rs finds it', async () => {
    const bad = Buffer.from(at(segments, 2))
    bad[bad.length - 1] = at([...bad], -1) ^ 1
    const { verdict, said } = await checkSegments(signed, segments.with(2, bad))
    expect([verdict, said('manifest.fragment.altered')]).toMatchObject(['invalid', { names: 'seg3.m4s' }])
    const { failures } = await judgeFragmentByC2pa(signed.bytes, bad, 'video/mp4', pem(root))
    expect(failures).toContain('assertion.bmffHash.mismatch')
  })

  test.each<[string, (list: readonly Buffer[]) => Buffer[], string, object]>([
    ['missing at the end', (list) => list.slice(0, -1), 'missing', { places: String(segments.length) }],
    ['missing in between', (list) => [at(list, 0), ...list.slice(3)], 'missing', { places: '2–3' }],
    ['swapped', (list) => [at(list, 1), at(list, 0), ...list.slice(2)], 'misplaced', { names: 'seg2.m4s' }],
    ['repeated', (list) => [at(list, 0), ...list], 'misplaced', { names: 'seg2.m4s' }],
    ['added without a place', (list) => [...list, at(films.dash, 1)], 'altered', {}],
    ['cut off', (list) => [...list.slice(0, -1), at(list, -1).subarray(0, -9)], 'altered', {}],
    ['empty', (list) => [...list, Buffer.of()], 'altered', {}],
    ['all missing', () => [], 'missing', { places: `1–${segments.length}` }],
  ])('%s', async (_, change, code, data) => {
    const { verdict, codes, said } = await checkSegments(signed, change(segments))
    expect([verdict, said(`manifest.fragment.${code}`)]).toMatchObject(['invalid', data])
    expect(codes).toContain('manifest.content.altered')
    expect(codes).not.toContain('manifest.content.intact')
  })

  test.each<[string, object]>([
    ['beyond the last', { location: segments.length }],
    ['beyond every number', { location: Number.MAX_SAFE_INTEGER }],
    ['of another tree', { localId: 2 }],
    ['without siblings', { hashes: [] }],
    ['no number', { location: '0' }],
  ])('that say they belong to a place %s', async (_, change) => {
    const moof = boxesOf(at(films.dash, 1)).find(({ type }) => type === 'moof')?.start ?? 0
    const proof = merkleBox({ uniqueId: 1, localId: 1, location: 0, hashes: [Buffer.alloc(32)], ...change })
    const whole = at(films.dash, 1)
    const bad = Buffer.concat([whole.subarray(0, moof), proof, whole.subarray(moof)])
    const { said } = await checkSegments(signed, segments.with(0, bad))
    expect(said('manifest.fragment.altered')).toMatchObject({ names: 'seg1.m4s' })
  })

  test('with a box of C2PA that nobody reads are not called intact', async () => {
    const junk = Buffer.from(merkleBox({}))
    junk.write('hidden\0', 28, 'latin1')
    const more = Buffer.concat([at(segments, 1), junk])
    const { verdict, said } = await checkSegments(signed, segments.with(1, more))
    expect([verdict, said('manifest.binding.partial')]).toMatchObject([
      'unchecked',
      { what: expect.stringContaining('seg2.m4s/uuid') },
    ])
  })

  test('whose media stand in that box are not called intact, beside each other or in one file', async () => {
    const led = (bytes: Buffer) => {
      const copy = Buffer.from(bytes)
      for (let run = copy.indexOf('trun'); run >= 0; run = copy.indexOf('trun', run + 4))
        copy.writeInt32BE(-10, run + 12)
      return copy
    }
    const apart = signSegments(films.dash.map(led))
    const { verdict, said } = await checkSegments(apart, apart.segments)
    const what = said('manifest.binding.partial')
    expect([verdict, what]).toMatchObject(['unchecked', { what: expect.stringContaining('.m4s/uuid') }])
    const { verdict: of, codes } = await check(signFile(led(single)))
    expect([of, codes.includes('manifest.binding.partial')]).toEqual(['unchecked', true])
  })

  test('whose place is told at a length that hides something are altered', async () => {
    const long = signSegments(films.dash, { padding: 20_000 })
    const { verdict, codes } = await checkSegments(long, long.segments)
    expect([verdict, codes]).toEqual(['invalid', expect.arrayContaining(['manifest.fragment.altered'])])
    const more = signSegments(films.dash, { tree: {} })
    const rest = more.segments.map((bytes) => Buffer.concat([bytes, merkleBox({})]))
    expect((await checkSegments(more, rest)).codes).toContain('manifest.fragment.altered')
  })

  test('under another beginning are altered', async () => {
    const other = signSegments(films.dash, { height: 1, tree: { initHash: Buffer.alloc(32) } })
    const { verdict, codes } = await checkSegments(other, other.segments)
    expect([verdict, codes]).toEqual(['invalid', expect.arrayContaining(['manifest.content.altered'])])
  })

  test('that were not given leave the question open, with what to do', async () => {
    const { verdict, codes } = await check(signed)
    expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.fragment.absent'])])
  })

  test('beside a file that is signed as one are not vouched for', async () => {
    const whole = signSegments(films.dash, { binding: { hash: Buffer.alloc(32) } })
    const { verdict, codes } = await checkSegments(whole, whole.segments)
    expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.fragment.unbound'])])
  })

  test.each<[string, object]>([
    ['of a million million', { count: 1e12 }],
    ['of fewer than its hashes', { count: 1 }],
    ['of a row that no tree has', { hashes: Array(4).fill(Buffer.alloc(32)) }],
    ['of none', { count: 0, hashes: [] }],
    ['without the hash of its beginning', { initHash: undefined }],
  ])('and a tree %s is malformed', async (_, tree) => {
    const bad = signSegments(films.dash, { tree })
    const { verdict, codes } = await checkSegments(bad, bad.segments)
    expect([verdict, codes]).toEqual(['invalid', expect.arrayContaining(['manifest.binding.malformed'])])
  })
})

describe('fragments in one file', () => {
  test.each(shapes)('%s are trusted, by c2pa-rs too', async (_, shape) => {
    const signed = signFile(single, shape)
    expect((await check(signed)).verdict).toBe('trusted')
    const { successes } = await judgeByC2pa(signed.bytes, 'video/mp4', pem(root))
    expect(successes).toContain('assertion.bmffHash.match')
  })

  const signed = signFile(single, { height: 1 })
  test('with a box more that says where a fragment belongs are not called intact', async () => {
    const rest = Buffer.concat([signed.bytes, merkleBox({ uniqueId: 1, localId: 1, location: 0 })])
    const { verdict, codes } = await check({ ...signed, bytes: new Uint8Array(rest) })
    expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.binding.partial'])])
  })

  const parts = boxesOf(Buffer.from(signed.bytes))
  const moofs = parts.flatMap(({ type, start }) => (type === 'moof' ? [start] : []))
  const last = parts.filter(({ type }) => type === 'mdat').at(-1)
  const end = (last?.start ?? 0) + (last?.bytes.length ?? 0)
  const changed = async (change: (bytes: Buffer) => Uint8Array) => {
    const { verdict, findings } = await check({ ...signed, bytes: change(Buffer.from(signed.bytes)) })
    return { verdict, said: (code: string) => findings.find((finding) => finding.code === code)?.data }
  }

  test('of which one was changed', async () => {
    const { verdict, said } = await changed((bytes) => bytes.fill('?', end - 2, end))
    expect(verdict).toBe('invalid')
    expect(said('manifest.fragment.altered')).toMatchObject({ names: `moof[${moofs.length}]` })
  })

  test('of which the last was cut off', async () => {
    const { verdict, said } = await changed((bytes) => bytes.subarray(0, moofs.at(-1)))
    expect(verdict).toBe('invalid')
    expect(said('manifest.fragment.missing')).toMatchObject({ places: String(moofs.length) })
  })

  test('are altered when cut, swapped, repeated or begun differently', async () => {
    const [first = 0, second = 0, third = 0] = parts.flatMap(({ type, start }, index) =>
      parts[index + 1]?.type === 'moof' && type === 'uuid' ? [start] : [],
    )
    for (const change of [
      (bytes: Buffer) => bytes.subarray(0, end - 5),
      (bytes: Buffer) =>
        Buffer.concat([
          bytes.subarray(0, first),
          bytes.subarray(second, third),
          bytes.subarray(first, second),
          bytes.subarray(third),
        ]),
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, end), bytes.subarray(first, second), bytes.subarray(end)]),
      (bytes: Buffer) => bytes.fill('?', first - 1, first),
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('0000000866726565', 'hex')]),
    ])
      expect((await changed(change)).verdict).toBe('invalid')
  })
})
