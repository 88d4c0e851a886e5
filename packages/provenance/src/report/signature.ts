/** A signature in the words of crJSON 3.7: its algorithm, and who signed and who stamped by their certificates. */
import { readCose, type Stamp } from '../verify/signature/cose-signature.ts'
import { algorithmOf } from '../verify/signature/signature.ts'
import { saidBy } from '../verify/signature/timestamp.ts'
import { certificateInfo } from './certificate-info.ts'
import type { Json } from './json.ts'

/** Empty where it can’t be read. */
export function signatureJson(bytes: Uint8Array | undefined): { readonly [key: string]: Json } {
  const cose = bytes && readCose(bytes)
  if (cose === undefined || typeof cose === 'string') return {}
  const { name = 'Unknown' } = algorithmOf(cose.algorithm) ?? {}
  const info = cose.chain[0] && certificateInfo(cose.chain[0])
  const stamped = cose.stamps.map(timeStampJson).find((one) => one !== undefined)
  return {
    algorithm: name === 'EdDSA' ? 'Ed25519' : name,
    ...(info && { certificateInfo: info }),
    ...(stamped && { timeStampInfo: stamped }),
  }
}

/** What the signature carries (3.7); whether it is believed stands in the results. */
function timeStampJson(stamp: Stamp): { readonly [key: string]: Json } | undefined {
  const said = saidBy(stamp)
  if (said === undefined) return undefined
  const info = said.authority && certificateInfo(said.authority.der)
  return { timestamp: said.time.toISOString(), ...(info && { certificateInfo: info }) }
}
