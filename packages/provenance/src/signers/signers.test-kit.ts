/** For tests only: certificates for keys that live elsewhere, and what becomes of what is signed with them. */
import { verify, X509Certificate } from 'node:crypto'
import { YinjiError } from '@yinji/core'
import { afterAll, expect } from 'vitest'
import { caExtensions, Pki } from '../trust/pki.test-kit.ts'
import type { Signer } from './signer.ts'

export const pki = new Pki()
afterAll(() => pki[Symbol.dispose]())
export const root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions })
export const leaf = pki.issue({}, root)
export const rsa = pki.issue({ kind: 'RSA-2048' }, root)
export const chain = leaf.certificate + root.certificate

export const bytes = Buffer.from('what is signed')

/** Code and details of the error; fails when there is none. */
export async function failure(work: () => unknown): Promise<Record<string, unknown>> {
  try {
    await work()
  } catch (error) {
    if (error instanceof YinjiError) return { code: error.code, ...error.details }
    throw error
  }
  throw new Error('no error')
}

export async function expectSigns(signer: Signer, certificate: string): Promise<void> {
  const signature = await signer.sign(bytes)
  const key = { key: new X509Certificate(certificate).publicKey, dsaEncoding: 'ieee-p1363' as const }
  expect(verify('sha256', bytes, key, signature)).toBe(true)
}
