/**
 * OCSP answers brought after signing (C2PA 15.9, 18.19): `c2pa.certificate-status` assertions of any manifest of the store. They
 * need no checking here, for an answer is signed by the authority and names the certificate it is about; who carries it is of
 * no matter.
 */
import { readCbor } from '../../encoding/cbor.ts'
import { isBytes, isFields } from '../fields.ts'
import type { Store } from '../store.ts'

/** Answers looked at, and their bytes: honest ones have one to three kilobytes, and a store rarely more than a few signers. */
const most = 256
const mostBytes = 2 * 1024 * 1024

/** Those of later manifests first. */
export function lateAnswersOf({ manifests }: Store): readonly Uint8Array[] {
  const answers = [...manifests.values()].reverse().flatMap(({ assertions }) => {
    const [content, ...others] = assertions.get('c2pa.certificate-status')?.contents ?? []
    const value = content?.type === 'cbor' && others.length === 0 ? readCbor(content.data) : undefined
    const list = isFields(value) ? value.get('ocspVals') : undefined
    return Array.isArray(list) ? list.filter(isBytes) : []
  })
  let room = mostBytes
  return answers.slice(0, most).filter(({ byteLength }) => {
    room -= byteLength
    return room >= 0
  })
}
