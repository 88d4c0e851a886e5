import { execFileSync } from 'node:child_process'
import { createECDH } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat } from '@yinji/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { base, mod, n, normalize, p } from './curve.ts'
import {
  generateSm2Key,
  readSm2PrivateKey,
  readSm2PublicKey,
  type Sm2KeyForm,
  sm2PrivateKey,
  toBytes,
  toNumber,
  writeSm2PrivateKey,
  writeSm2PublicKey,
} from './keys.ts'
import { Base, sumOf } from './multiply.ts'
import { digest, readSm2Signature, signWith, sm2Sign, sm2Verify, writeSm2Signature } from './signature.ts'
import { sm3 } from './sm3.ts'

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../fixtures/sm2.json'), 'utf8'),
) as {
  readonly sm3: readonly { readonly text: string; readonly hash: string }[]
  readonly signature: Record<
    'signerId' | 'message' | 'privateKey' | 'x' | 'y' | 'e' | 'nonce' | 'nonceX' | 'r' | 's',
    string
  >
  readonly label: Record<'x' | 'y' | 'message' | 'signature', string>
}
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const number = (hex: string) => BigInt(`0x${hex}`)
const text = (value: string) => new TextEncoder().encode(value)

describe('SM3', () => {
  it.each(vectors.sm3)('hashes $text as GB/T 32905 does', ({ text: input, hash }) => {
    expect(Buffer.from(sm3(text(input))).toString('hex')).toBe(hash)
  })
})

describe('SM2 signatures', () => {
  const { signature: standard } = vectors
  const key = sm2PrivateKey(fromHex(standard.privateKey))
  const message = text(standard.message)

  it('come out as in the example of GB/T 32918.5', () => {
    expect(key.publicKey).toEqual({ x: number(standard.x), y: number(standard.y) })
    const e = digest(key.publicKey, message, standard.signerId)
    expect(e).toBe(number(standard.e))
    const signature = signWith(key, e, number(standard.nonce), number(standard.nonceX))
    expect(signature).toEqual({ r: number(standard.r), s: number(standard.s) })
    expect(signature && sm2Verify(key.publicKey, message, writeSm2Signature(signature))).toBe(true)
  })

  it('of a real service hold over SM3 of its message, and not over the message', () => {
    const { x, y, message, signature } = vectors.label
    const service = { x: number(x), y: number(y) }
    expect(sm2Verify(service, sm3(text(message)), fromHex(signature))).toBe(true)
    expect(sm2Verify(service, text(message), fromHex(signature))).toBe(false)
    expect(sm2Verify(service, sm3(text(message.replace('"1"', '"2"'))), fromHex(signature))).toBe(false)
  })

  it('hold for what was signed, by whom, under which name, and nothing else', () => {
    const other = generateSm2Key()
    const signature = sm2Sign(key, message)
    expect(sm2Verify(key.publicKey, message, signature)).toBe(true)
    expect(sm2Verify(key.publicKey, text('another'), signature)).toBe(false)
    expect(sm2Verify(other.publicKey, message, signature)).toBe(false)
    expect(sm2Verify(key.publicKey, message, signature, { signerId: '' })).toBe(false)
    const named = sm2Sign(key, message, { signerId: 'ALICE123@YAHOO.COM' })
    expect(sm2Verify(key.publicKey, message, named, { signerId: 'ALICE123@YAHOO.COM' })).toBe(true)
    expect(sm2Verify(key.publicKey, message, named)).toBe(false)
  })

  it('hold with tables for known keys as without', () => {
    const fresh = generateSm2Key()
    for (let round = 0; round < 12; round++) {
      const signature = sm2Sign(fresh, toBytes(BigInt(round)))
      expect(sm2Verify(fresh.publicKey, toBytes(BigInt(round)), signature)).toBe(true)
      expect(sm2Verify(fresh.publicKey, toBytes(BigInt(round + 1)), signature)).toBe(false)
    }
  })

  it('come as DER and as r‖s, and one is not taken for the other', () => {
    const raw = sm2Sign(key, message, { encoding: 'raw' })
    expect(raw.byteLength).toBe(64)
    expect(sm2Verify(key.publicKey, message, raw, { encoding: 'raw' })).toBe(true)
    expect(sm2Verify(key.publicKey, message, raw)).toBe(false)
    expect(readSm2Signature(raw)?.form).toBe('raw')
    expect(readSm2Signature(sm2Sign(key, message))?.form).toBe('der')
  })

  it('can’t be turned into others', () => {
    const signature = readSm2Signature(sm2Sign(key, message))
    if (!signature) throw new Error('unreadable')
    const { r, s } = signature
    const holds = (value: { r: bigint; s: bigint }) =>
      sm2Verify(key.publicKey, message, writeSm2Signature(value))
    expect(holds({ r, s })).toBe(true)
    for (const forged of [
      { r, s: n - s },
      { r: n - r, s },
      { r: s, s: r },
      { r: r + n, s },
      { r, s: s + n },
      { r: 0n, s },
      { r, s: 0n },
      { r, s: n },
      { r: n, s },
      { r: 1n, s: n - 1n },
    ])
      expect(holds(forged)).toBe(false)
  })

  it('in any DER but the shortest are refused', () => {
    const der = sm2Sign(key, message)
    const padded = (() => {
      const { r, s } = readSm2Signature(der) ?? { r: 0n, s: 0n }
      const wide = (value: bigint) => concat([Uint8Array.of(2, 34, 0, 0), toBytes(value)])
      const body = concat([wide(r), wide(s)])
      return concat([Uint8Array.of(0x30, body.byteLength), body])
    })()
    const longLength = concat([Uint8Array.of(0x30, 0x81), der.subarray(1)])
    for (const form of [padded, longLength, concat([der, Uint8Array.of(0)]), new Uint8Array(), text('30')])
      expect(sm2Verify(key.publicKey, message, form)).toBe(false)
  })

  it('survive no change of a bit and no cut', () => {
    const der = sm2Sign(key, message)
    for (let bit = 0; bit < der.byteLength * 8; bit += 5) {
      const flipped = Uint8Array.from(der)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
      expect(sm2Verify(key.publicKey, message, flipped)).toBe(false)
    }
    for (let length = 0; length < der.byteLength; length++)
      expect(sm2Verify(key.publicKey, message, der.subarray(0, length))).toBe(false)
  })
})

describe('SM2 keys', () => {
  it('are read from every form they are written in', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: n - 2n }), (d) => {
        const key = sm2PrivateKey(toBytes(d))
        const even = (key.publicKey.y & 1n) === 0n
        const forms: Sm2KeyForm[] = ['spki', 'uncompressed', 'compressed', ...(even ? (['x'] as const) : [])]
        for (const form of forms)
          expect(readSm2PublicKey(writeSm2PublicKey(key.publicKey, form))).toEqual({
            key: key.publicKey,
            form,
          })
        for (const form of ['pkcs8', 'sec1'] as const)
          expect(readSm2PrivateKey(writeSm2PrivateKey(key, form))).toEqual(key)
      }),
      { numRuns: 25 },
    )
  })

  it('off the curve, at infinity or of another curve are none', () => {
    const { x, y } = generateSm2Key().publicKey
    const point = (x: bigint, y: bigint) => concat([Uint8Array.of(4), toBytes(x), toBytes(y)])
    const p256 = createECDH('prime256v1').generateKeys()
    expect(readSm2PublicKey(point(x, p - y))).toBeDefined()
    for (const bytes of [
      point(x, y ^ 1n),
      point(0n, 0n),
      point(p, y),
      point(x, p),
      Uint8Array.of(0),
      concat([Uint8Array.of(5), toBytes(x)]),
      toBytes(p),
      new Uint8Array(p256),
      new Uint8Array(),
    ])
      expect(readSm2PublicKey(bytes)).toBeUndefined()
  })

  it('with a number out of range or two halves of different keys are refused', () => {
    for (const d of [0n, n - 1n, n, n + 1n])
      expect(() => sm2PrivateKey(toBytes(d))).toThrow(expect.objectContaining({ code: 'sign.key.invalid' }))
    const [one, two] = [generateSm2Key(), generateSm2Key()]
    const mixed = writeSm2PrivateKey({ scalar: one.scalar, publicKey: two.publicKey })
    expect(() => readSm2PrivateKey(mixed)).toThrow(expect.objectContaining({ code: 'sign.key.invalid' }))
  })

  it('are found in hostile bytes without a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        readSm2PublicKey(bytes)
        readSm2Signature(bytes)
        expect(() => readSm2PrivateKey(bytes)).toThrow()
      }),
    )
  })
})

describe('sums of multiples', () => {
  const generator = new Base(base)
  const multipleOf = (k: bigint) => {
    const ecdh = createECDH('SM2')
    ecdh.setPrivateKey(toBytes(k))
    const point = ecdh.getPublicKey()
    return { x: toNumber(point.subarray(1, 33)), y: toNumber(point.subarray(33)) }
  }
  it('agree with OpenSSL, with and without tables, at the edges too', () => {
    const edges = [1n, 2n, 3n, 15n, 16n, 17n, 31n, 32n, 33n, 63n, 64n, 1n << 255n, n - 2n, n - 1n]
    for (let round = 0; round < 2; round++)
      for (const k of edges) {
        for (const from of [generator, new Base(base)]) {
          const sum = sumOf([[k, from]])
          expect(sum && normalize([sum])[0]).toEqual(multipleOf(k))
        }
      }
    expect(sumOf([[0n, generator]])).toBeUndefined()
    expect(
      sumOf([
        [5n, generator],
        [n - 5n, new Base(base)],
      ]),
    ).toBeUndefined()
  })

  it('add up', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: n - 1n }),
        fc.bigInt({ min: 1n, max: n - 1n }),
        fc.bigInt({ min: 1n, max: n - 1n }),
        (s, t, d) => {
          const total = mod(s + t * d, n)
          fc.pre(total !== 0n)
          const sum = sumOf([
            [s, generator],
            [t, new Base(multipleOf(d))],
          ])
          expect(sum && normalize([sum])[0]).toEqual(multipleOf(total))
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('openssl', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yinji-sm2-'))
  const file = (name: string, content?: Uint8Array | string) => {
    const path = join(directory, name)
    if (content !== undefined) writeFileSync(path, content)
    return path
  }
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const digestOptions = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
  const message = text('人工智能生成合成内容标识')

  it('accepts what we sign, with our keys', () => {
    const key = generateSm2Key()
    const pub = file('pub.der', writeSm2PublicKey(key.publicKey))
    const signature = file('ours.sig', sm2Sign(key, message))
    const verified = openssl(
      ...['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', pub, '-in', file('message', message)],
      ...['-sigfile', signature, ...digestOptions],
    )
    expect(verified.toString()).toMatch(/Verified Successfully/)
    const text = openssl(
      ...['pkey', '-inform', 'DER', '-in', file('key.der', writeSm2PrivateKey(key)), '-pubout'],
    )
    expect(Buffer.from(text.toString().replace(/-----[^-]+-----|\s/g, ''), 'base64')).toEqual(
      Buffer.from(writeSm2PublicKey(key.publicKey)),
    )
  })

  it('makes keys, encrypted or not, and signatures that we accept', () => {
    const pem = openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2').toString()
    const key = readSm2PrivateKey(pem)
    const keyPath = file('theirs.pem', pem)
    const signature = openssl(
      ...['pkeyutl', '-sign', '-inkey', keyPath, '-in', file('message', message), ...digestOptions],
    )
    expect(sm2Verify(key.publicKey, message, Uint8Array.from(signature))).toBe(true)
    const sealed = openssl('pkcs8', '-topk8', '-in', keyPath, '-passout', 'pass:geheim', '-scrypt').toString()
    expect(readSm2PrivateKey(sealed, 'geheim')).toEqual(key)
    for (const passphrase of ['falsch', undefined])
      expect(() => readSm2PrivateKey(sealed, passphrase)).toThrow(
        expect.objectContaining({ code: 'sign.key.invalid' }),
      )
    const old = openssl('ec', '-in', keyPath).toString()
    expect(old).toMatch(/BEGIN (EC|SM2) PRIVATE KEY/)
    expect(readSm2PrivateKey(old)).toEqual(key)
  })
})
