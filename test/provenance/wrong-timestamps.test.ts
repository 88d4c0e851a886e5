/** Every way in which a time stamp can be wrong, and what of the bytes around a signature is covered. */
import { createTimeStamper } from '@yinji/provenance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTimeStampToken } from '../../packages/provenance/src/timestamp/token.ts'
import { type PkiEntry, stampExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { day, startClock } from '../helpers/clock.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'

const { pki, stampRoot, signer, authority, trust, stamping } = await startClock()
const stamped = await signPng(stamping())
const { store } = stamped
const start = store.indexOf('val', store.indexOf('tstTokens')) + 6 // behind the head of the byte string
const token = store.subarray(start, start + store.readUInt16BE(start - 2))

describe('a stamp that is not right', () => {
  const invalidity = async (png: SignedPng, at = trust(), code = 'manifest.timestamp.invalid') => {
    const { codes, findings } = await validatePng(png, at)
    expect(codes).toContain('manifest.signer.trusted') // the signature itself is as good as without
    return findings.find((finding) => finding.code === code)?.data
  }
  const stampedBy = (stamp: (bytes: Uint8Array) => Promise<Uint8Array>) =>
    signPng({ ...signer, timestamp: { reserve: 10_000, stamp } })

  test('was taken from another file', async () => {
    let other: Uint8Array = new Uint8Array()
    const { timestamp } = stamping()
    await stampedBy(async (bytes) => (other = (await timestamp?.stamp(bytes)) ?? other))
    expect(await invalidity(await stampedBy(async () => other))).toEqual({
      status: 'timeStamp.mismatch',
      what: 'it was made for something else',
    })
  })

  test.each([
    [
      'not for stamps alone',
      'extendedKeyUsage=critical,timeStamping,emailProtection',
      'the authority’s certificate is not for time stamps alone',
    ],
    [
      'for something else',
      'extendedKeyUsage=critical,emailProtection',
      'the authority’s certificate is not for time stamps alone',
    ],
    [
      'not marked critical',
      'extendedKeyUsage=timeStamping',
      'the authority’s extendedKeyUsage is not critical',
    ],
    [
      'a CA’s',
      'basicConstraints=critical,CA:TRUE\nextendedKeyUsage=critical,timeStamping',
      'the authority’s certificate is a CA certificate',
    ],
  ])('comes from a certificate that is %s', async (_, extension, what) => {
    const odd = pki.issue({ extensions: ['keyUsage=critical,digitalSignature', extension] }, stampRoot)
    const png = await stampedBy((bytes) => tokenBy(odd, bytes))
    expect(await invalidity(png, trust(), 'manifest.timestamp.unsuitable')).toEqual({
      status: 'timeStamp.credentialInvalid',
      what,
    })
  })

  /** Signs what lies in `info.der`. */
  function signInfo({ name }: PkiEntry): void {
    const form = ['-binary', '-nodetach', '-cades', '-md', 'sha256', '-outform', 'DER']
    const type = ['-econtent_type', '1.2.840.113549.1.9.16.1.4']
    const by = ['-signer', `${name}.pem`, '-inkey', `${name}.key`]
    pki.run('cms', '-sign', ...form, ...type, ...by, '-in', 'info.der', '-out', 'token.der')
  }

  /** openssl’s authority refuses to stamp with such certificates; its CMS command signs whatever it is given. */
  async function tokenBy(entry: PkiEntry, bytes: Uint8Array): Promise<Uint8Array> {
    const honest = await createTimeStamper({ url: authority.url }).stamp(bytes)
    pki.write('info.der', readTimeStampToken(honest).content)
    signInfo(entry)
    return pki.read('token.der')
  }

  test('is signed by an authority whose certificate had run out', async () => {
    const brief = pki.issue({ subject: '/O=Clock/CN=Brief', extensions: stampExtensions, days: 1 }, stampRoot)
    const tomorrow = new Date(Date.now() + 2 * day)
    const token = async (bytes: Uint8Array) => {
      const honest = Buffer.from(readTimeStampToken(await tokenBy(brief, bytes)).content)
      const at = honest.indexOf(/\d{14}Z/.exec(honest.toString('latin1'))?.[0] ?? '')
      honest.write(tomorrow.toISOString().replace(/\D/g, '').slice(0, 14), at)
      pki.write('info.der', honest)
      signInfo(brief)
      return pki.read('token.der')
    }
    const png = await stampedBy(token)
    const { findings } = await validatePng(png, trust(), new Date(Date.now() + 3 * day))
    expect(findings.find(({ code }) => code === 'manifest.timestamp.expired')?.data).toEqual({
      status: 'timeStamp.outsideValidity',
      what: 'the certificate of the authority was not valid at that time',
    })
  })

  test('is read or refused, whatever has become of its bytes', () => {
    const attempt = (bytes: Uint8Array) => {
      try {
        return readTimeStampToken(bytes).info.serial
      } catch (error) {
        expect((error as Error).name).toBe('DerError')
        return undefined
      }
    }
    expect(attempt(token)).toBeDefined()
    for (let length = 0; length < token.length; length++)
      expect(attempt(token.subarray(0, length))).toBeUndefined()
    const change = fc.tuple(fc.nat(token.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const mutant = Uint8Array.from(token)
        for (const [at, value] of changes) mutant[at] = value
        attempt(mutant)
      }),
      { numRuns: 10_000 },
    )
  })

  test('has a changed byte: what it says is never another, and in all that is signed it is caught', async () => {
    const { content, signer: by } = readTimeStampToken(token)
    const covered = [content, by.signed.subarray(4), by.signature].map((part) => ({
      from: store.indexOf(part, start),
      to: store.indexOf(part, start) + part.byteLength,
    }))
    expect(covered.every(({ from }) => from > start)).toBe(true)
    const said = async (png: SignedPng) =>
      (await validatePng(png, trust())).findings.find(({ code }) => code === 'manifest.timestamp.trusted')
        ?.data
    const honest = await said(stamped)
    for (let at = start; at < start + token.length; at += 7) {
      const changed = Buffer.from(store)
      changed[at] = (changed[at] ?? 0) ^ 1
      const now = await said(pngWith(changed))
      const signed = covered.some(({ from, to }) => from <= at && at < to)
      // CMS leaves its version numbers and certificates beside the authority's own unsigned (RFC 5652 5.4)
      expect([at, now]).toEqual([at, signed || now === undefined ? undefined : honest])
    }
  })
})

describe('the bytes around a signature', () => {
  test('of the certificates are covered by it, each of them', async () => {
    const { store } = stamped
    const start = store.indexOf(signer.chain[0] ?? new Uint8Array())
    for (let at = start; at < start + (signer.chain[0]?.byteLength ?? 0); at += 23) {
      const changed = Buffer.from(store)
      changed[at] = (changed[at] ?? 0) ^ 1
      const { codes } = await validatePng(pngWith(changed), trust())
      expect([at, codes.includes('manifest.signer.trusted')]).toEqual([at, false])
    }
  })

  test('of the padding are covered by nothing: it is in no header that is signed, and readers pass over it (C2PA 10.4.2)', async () => {
    const changed = Buffer.from(stamped.store)
    const at = changed.lastIndexOf('cpadY', changed.indexOf('sigTst2')) + 200 // `pad` is the first of the header
    expect(changed[at]).toBe(0)
    changed[at] = 1
    expect((await validatePng(pngWith(changed), trust())).codes).toContain('manifest.signer.trusted')
  })
})
