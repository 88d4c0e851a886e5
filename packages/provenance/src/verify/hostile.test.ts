/** Bytes meant to break the reader: whatever they are, there is an answer, soon, and it is not a good one. */
import { brotliCompressSync, constants } from 'node:zlib'
import { bytesSource, limits } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, uuids } from '../encoding/jumbf.ts'
import { createTrust } from '../trust/trust.ts'
import { actions, check, forged, forgeFile, forgeStore } from './forge.test-kit.ts'
import { now, pem, root } from './issue.test-kit.ts'
import { validateManifest } from './validate.ts'

const signed = forgeFile()
const withStore = (store: Uint8Array) => check({ ...signed, found: { ...signed.found, store } })

describe('a store of any bytes', () => {
  test('gets an answer when it is noise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (store) => {
        expect((await withStore(store)).verdict).toBe('invalid')
      }),
    )
  })

  test('gets an answer when a good one is cut off or overwritten', async () => {
    const { store } = signed.found
    await fc.assert(
      fc.asyncProperty(
        fc.nat(store.length),
        fc.uint8Array({ maxLength: 12 }),
        fc.boolean(),
        async (at, bytes, cut) => {
          const copy = Uint8Array.from(cut ? store.subarray(0, at) : store)
          copy.set(bytes.subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length))
          const { verdict, codes } = await withStore(copy)
          expect(['trusted', 'invalid', 'unchecked']).toContain(verdict)
          expect(codes).not.toContain('manifest.content.altered')
          if (cut && at < store.length) expect(verdict).toBe('invalid')
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a bomb', () => {
  const nested = (depth: number) => {
    let inner: Uint8Array = encodeBox('cbor', Uint8Array.of(0))
    for (let level = 0; level < depth; level++)
      inner = encodeSuperBox({ uuid: uuids.cbor, label: 'x', children: [inner] })
    return inner
  }

  test('of boxes in boxes is refused', async () => {
    const { verdict, codes } = await withStore(forgeStore([nested(5000)]))
    expect({ verdict, codes }).toEqual({ verdict: 'invalid', codes: ['manifest.store.malformed'] })
  })

  test('of too many manifests is refused', async () => {
    const manifests = Array.from({ length: limits.manifests + 1 }, (_, index) =>
      encodeSuperBox({ uuid: uuids.manifest, label: `m${index}`, children: [] }),
    )
    expect((await withStore(forgeStore(manifests))).codes).toEqual(['manifest.store.malformed'])
  })

  test.each<[string, Uint8Array]>([
    ['lists in lists', new Uint8Array(100_000).fill(0x81)],
    ['tags on tags', new Uint8Array(100_000).fill(0xc1)],
    ['a list that says it is long', Uint8Array.of(0x9b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['lists without end', new Uint8Array(100_000).fill(0x9f)],
  ])('of %s in a claim is refused', async (_, bytes) => {
    const { codes } = await forged({ afterSigning: () => bytes })
    expect(codes).toContain('manifest.claim.malformed')
  })

  test('of lists in lists in an assertion is refused', async () => {
    const raw = { label: 'c2pa.ai-disclosure', content: {}, raw: new Uint8Array(50_000).fill(0x81) }
    expect((await forged({ assertions: [actions, raw] })).codes).toContain('manifest.assertion.malformed')
  })

  test('of empty values in a time stamp is refused before it fills the memory', async () => {
    const nulls = Buffer.alloc(40_000_000, Buffer.of(0x05, 0x00))
    const signedData = Buffer.from('06092a864886f70d010702', 'hex')
    const headOf = (tag: number, length: number) => {
      const head = Buffer.of(tag, 0x84, 0, 0, 0, 0)
      head.writeUInt32BE(length, 2)
      return head
    }
    const list = Buffer.concat([headOf(0x30, nulls.length), nulls])
    const inner = Buffer.concat([signedData, headOf(0xa0, list.length), list])
    const val = new Uint8Array(Buffer.concat([headOf(0x30, inner.length), inner]))
    const unprotected = new Map([['sigTst2', { tstTokens: [{ val }] }]])
    const { verdict, findings } = await forged({ assertions: [actions], unprotected })
    expect(verdict).toBe('trusted')
    expect(findings.find(({ code }) => code === 'manifest.timestamp.invalid')?.data).toMatchObject({
      what: 'too large',
    })
  })

  test('of compressed zeros is refused', async () => {
    const content = brotliCompressSync(new Uint8Array(limits.manifestBytes + 1), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    })
    const bomb = encodeSuperBox({
      uuid: uuids.compressedManifest,
      label: 'm',
      children: [encodeBox('brob', content)],
    })
    expect((await withStore(forgeStore([bomb]))).codes).toEqual(['manifest.store.malformed'])
  })
})

test('a reader can be stopped', async () => {
  const trust = createTrust({ anchors: [pem(root)] })
  const abort = new AbortController()
  abort.abort(new Error('enough'))
  const source = bytesSource(signed.bytes)
  await expect(
    validateManifest({ found: signed.found, source, trust, now, signal: abort.signal }),
  ).rejects.toThrow('enough')
})

test('a file that becomes shorter while it is read is damaged, not altered', async () => {
  const trust = createTrust({ anchors: [pem(root)] })
  const source = { size: signed.bytes.length, read: async () => signed.bytes.subarray(0, 10) }
  await expect(validateManifest({ found: signed.found, source, trust, now })).rejects.toMatchObject({
    code: 'input.damaged',
  })
})
