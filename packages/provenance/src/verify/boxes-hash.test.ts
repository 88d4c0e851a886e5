import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../test/oracles/c2pa.ts'
import {
  actions,
  check,
  flipped,
  forgeManifest,
  forgeStore,
  pem,
  root,
  type Signed,
  sha256,
} from './forge.test-kit.ts'

const box = (type: string, content: string | Uint8Array) => {
  const body = Buffer.from(content as Uint8Array)
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  body.copy(out, 8)
  return out
}
const head = [box('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])), box('ftyp', 'jxl \0\0\0\0jxl ')]
const tail = [box('xml ', '<x/>'), box('jxlc', Buffer.from([0xff, 0x0a, 0x00, 0x01]))]
const pad = new Uint8Array()
const before = { names: ['JXL ', 'ftyp'], hash: sha256(Buffer.concat(head)), pad }
const manifest = { names: ['C2PA'], hash: Uint8Array.of(0), pad }
const after = { names: ['xml ', 'jxlc'], hash: sha256(Buffer.concat(tail)), pad }

/** A JPEG XL file whose manifest is bound to it by these runs of boxes. */
function signed(boxes: unknown, parts: readonly Uint8Array[] = tail, start = head): Signed {
  const bound = { label: 'c2pa.hash.boxes', content: { alg: 'sha256', boxes } }
  const store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
  const excluded = { start: Buffer.concat(start).length, length: store.length }
  const bytes = Uint8Array.from(Buffer.concat([...start, store, ...parts]))
  return { bytes, found: { site: 'jumb', store, excluded, binding: 'data' } }
}

const right = signed([before, manifest, after])
const outcome = async (file: Signed) => {
  const { verdict, codes } = await check(file)
  return [verdict, ...codes.filter((code) => !code.startsWith('manifest.signer'))]
}

describe('boxes that are hashed by name', () => {
  test('as they stand match, here and to c2pa-rs', async () => {
    expect(await outcome(right)).toEqual(['trusted', 'manifest.content.intact'])
    const { successes } = await judgeByC2pa(right.bytes, 'image/jxl', pem(root))
    expect(successes).toContain('assertion.boxesHash.match')
  })

  test('and changed are altered content, before and behind the manifest', async () => {
    for (const at of [25, 30, right.bytes.length - 1])
      expect(await outcome(flipped(right, at))).toContain('manifest.content.altered')
  })

  test('must all be named, in their order', async () => {
    const [xml = head[0], codestream = head[0]] = tail
    const others = [
      signed([before, manifest, after], [...tail, box('free', '')]),
      signed([before, manifest, after], tail.slice(0, 1)),
      signed([before, manifest, after], [codestream ?? pad, xml ?? pad]),
      signed([before, manifest]),
      signed([before, after]),
    ]
    for (const file of others) expect(await outcome(file)).toContain('manifest.content.altered')
  })

  test('only the place of the manifest itself goes without a hash', async () => {
    const jumb = box('jumb', 'not a manifest')
    expect(await outcome(signed([before, manifest, manifest, after], [jumb, ...tail]))).toContain(
      'manifest.content.altered',
    )
  })

  test('that nobody need compare are reported', async () => {
    const ignored = signed([before, manifest, { ...after, hash: Uint8Array.of(0), excluded: true }])
    expect(await outcome(ignored)).toContain('manifest.binding.partial')
  })
})

test.each<[string, unknown]>([
  ['no list', 7],
  ['nothing in it', []],
  ['no names', [{ hash: pad, pad }]],
  ['no hash', [before, manifest, { names: ['xml ', 'jxlc'], pad }]],
  ['the manifest among others', [{ ...before, names: ['JXL ', 'ftyp', 'C2PA', 'xml ', 'jxlc'] }]],
])('malformed: %s', async (_, boxes) => {
  expect(await outcome(signed(boxes))).toEqual(['invalid', 'manifest.binding.malformed'])
})

test('of formats and in ways that are not known yet, nothing is said', async () => {
  expect(await outcome(signed([before, manifest, after], tail, [box('moov', '')]))).toContain(
    'manifest.binding.unsupported',
  )
  const part = { ...after, exclusions: [{ start: 0, length: 1 }] }
  expect(await outcome(signed([before, manifest, part]))).toContain('manifest.binding.unsupported')
})
