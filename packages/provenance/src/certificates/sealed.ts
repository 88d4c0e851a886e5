/**
 * Private keys at rest: PKCS #8 encrypted by PBES2 (RFC 8018 6.2) with scrypt (RFC 7914 7) and AES-256-CBC, which
 * OpenSSL reads. Node’s own export derives the key by 2,048 rounds of PBKDF2, which is guessed too fast.
 */
import { createCipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { number, octets, oid, sequence } from '../encoding/der-write.ts'
import { pemOf } from '../encoding/pem.ts'

/** 16 MiB for each guess: the most that OpenSSL 3 reads without being told to allow more. */
const cost = { N: 16_384, r: 8, p: 1 } as const

const derive = promisify<string, Uint8Array, number, typeof cost, Buffer>(scrypt)

/** @param pkcs8 DER, not encrypted. @returns PEM, `ENCRYPTED PRIVATE KEY`. */
export async function sealPrivateKey(pkcs8: Uint8Array, passphrase: string): Promise<string> {
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', await derive(passphrase, salt, 32, cost), iv)
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final()])
  const scryptParameters = sequence(octets(salt), number(cost.N), number(cost.r), number(cost.p))
  const scheme = sequence(
    sequence(oid('1.3.6.1.4.1.11591.4.11'), scryptParameters),
    sequence(oid('2.16.840.1.101.3.4.1.42'), octets(iv)),
  )
  const info = sequence(sequence(oid('1.2.840.113549.1.5.13'), scheme), octets(sealed))
  return pemOf('ENCRYPTED PRIVATE KEY', info)
}
