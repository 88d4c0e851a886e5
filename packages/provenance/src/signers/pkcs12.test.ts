/** Keys under a passphrase: encrypted PEM, and the containers of openssl. */
import { describe, expect, test } from 'vitest'
import type { PkiEntry } from '../trust/pki.test-kit.ts'
import { createSigner } from './key.ts'
import { createPkcs12Signer } from './pkcs12.ts'
import { bytes, chain, expectSigns, failure, leaf, pki, root, rsa } from './signers.test-kit.ts'

test('an encrypted key opens with its passphrase and with no other', async () => {
  const locked = ['-scrypt', '-passout', 'pass:开门', '-out', 'locked.key']
  pki.run('pkcs8', '-topk8', '-in', `${leaf.name}.key`, ...locked)
  const key = pki.text('locked.key')
  await expectSigns(createSigner({ key, chain, passphrase: '开门' }), leaf.certificate)
  expect(await failure(() => createSigner({ key, chain, passphrase: 'x' }))).toEqual({
    code: 'sign.key.invalid',
    problem: 'the passphrase does not open it',
  })
})

describe('a PKCS #12 container', () => {
  const container = (entry: PkiEntry, ...options: string[]) => {
    pki.write('root.pem', root.certificate)
    pki.run(
      ...['pkcs12', '-export', '-inkey', `${entry.name}.key`, '-in', `${entry.name}.pem`],
      ...['-certfile', 'root.pem', '-passout', 'pass:secret', '-out', 'signer.p12', ...options],
    )
    return pki.read('signer.p12')
  }
  test.each([
    ['AES-256 and SHA-256', []],
    ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['SHA-512', ['-macalg', 'sha512']],
    [
      'triple DES and SHA-1',
      ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
    ['RC2', ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-RC2-40', '-macalg', 'sha1']],
  ])('of openssl with %s is read', async (_, options) => {
    const file = { bytes: container(leaf, ...options), passphrase: 'secret' }
    await expectSigns(await createPkcs12Signer(file), leaf.certificate)
  })

  test('holds RSA keys too', async () => {
    const signer = await createPkcs12Signer({ bytes: container(rsa), passphrase: 'secret' })
    expect(signer.algorithm).toBe('PS256')
    expect(signer.chain).toEqual(createSigner({ key: rsa.key, chain: rsa.certificate }).chain)
    expect((await signer.sign(bytes)).byteLength).toBe(256)
  })

  test('says what is wrong with it', async () => {
    const file = container(leaf)
    const open = (content: Uint8Array, passphrase = 'secret') =>
      failure(() => createPkcs12Signer({ bytes: content, passphrase }))
    const code = 'sign.container.unreadable'
    expect(await open(file, 'other')).toEqual({ code, problem: 'the passphrase does not open it' })
    expect(await open(Buffer.from('PK'))).toEqual({ code, problem: 'it is no PKCS #12 container' })
    expect(await open(container(leaf, '-nokeys'))).toEqual({ code, problem: 'there is no private key in it' })
    expect(await open(container(leaf, '-nocerts'))).toEqual({ code: 'sign.key.mismatch' }) // the root alone
    for (let length = 0; length < file.length; length += 97)
      expect(await open(file.subarray(0, length))).toMatchObject({ code })
    for (let at = 0; at < file.length; at += 61) {
      const changed = Buffer.from(file)
      changed[at] = (changed[at] ?? 0) ^ 0x11
      expect(await open(changed)).toMatchObject({ code })
    }
  })
})
