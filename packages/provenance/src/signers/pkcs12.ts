/**
 * Key and certificates out of a PKCS #12 container (RFC 7292), as certificate authorities and browsers hand them out:
 * PBES2 with AES and a SHA-2 MAC as well as the older RC2 and triple DES. node-forge opens it; the key and the
 * certificates themselves, which need not be RSA, are read by node:crypto.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Problem, SignError } from '@yinji/core'
import type forge from 'node-forge'
import { keySigner } from './key.ts'
import type { Signer } from './signer.ts'

/** A container and what opens it. */
export interface Pkcs12File {
  readonly bytes: Uint8Array
  readonly passphrase: string
}

/** Far above any container: keys and certificates of one signer. */
const mostBytes = 1024 * 1024

/**
 * A signer with the one key of a container, and its certificates in any order.
 * @throws SignError `sign.container.unreadable` when it can't be opened, or holds no key, several keys or no certificate; else as
 * `createSigner`.
 */
export async function createPkcs12Signer(file: Pkcs12File, now = new Date()): Promise<Signer> {
  const { default: library } = await import('node-forge')
  const { keys, certificates } = open(library, file)
  const [key, ...others] = keys
  if (key === undefined) throw unreadable('there is no private key in it')
  if (others.length > 0) throw unreadable('there are several private keys in it')
  if (certificates.length === 0) throw unreadable('there is no certificate in it')
  return keySigner(key, certificates, now)
}

function open(library: typeof forge, { bytes, passphrase }: Pkcs12File) {
  const { asn1, pki } = library
  const keys: KeyObject[] = []
  const certificates: X509Certificate[] = []
  const der = (node: forge.asn1.Asn1) => Buffer.from(asn1.toDer(node).getBytes(), 'binary')
  const bags = openBags(library, bytes, passphrase)
  try {
    for (const { type, key, cert, asn1: content } of bags) {
      if (type === pki.oids['keyBag'] || type === pki.oids['pkcs8ShroudedKeyBag']) {
        const info = content ?? (key && pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)))
        if (info) keys.push(createPrivateKey({ key: der(info), format: 'der', type: 'pkcs8' }))
      } else if (type === pki.oids['certBag']) {
        const certificate = content ?? (cert && pki.certificateToAsn1(cert))
        if (certificate) certificates.push(new X509Certificate(der(certificate)))
      }
    }
  } catch (error) {
    throw unreadable('a key or certificate in it is damaged', error)
  }
  return { keys, certificates }
}

function openBags(library: typeof forge, bytes: Uint8Array, passphrase: string) {
  if (bytes.byteLength > mostBytes) throw unreadable('it is too large')
  const { asn1, pkcs12 } = library
  let container: forge.asn1.Asn1
  try {
    container = asn1.fromDer(Buffer.from(bytes).toString('binary'))
  } catch (error) {
    throw unreadable('it is no PKCS #12 container', error)
  }
  try {
    return pkcs12
      .pkcs12FromAsn1(container, false, passphrase)
      .safeContents.flatMap(({ safeBags }) => safeBags)
  } catch (error) {
    const wrong = error instanceof Error && /MAC|password|decrypt/i.test(error.message)
    throw unreadable(wrong ? 'the passphrase does not open it' : 'it is damaged or of an unknown kind', error)
  }
}

function unreadable(problem: Problem, cause?: unknown): SignError {
  return new SignError('sign.container.unreadable', { problem }, { cause })
}
