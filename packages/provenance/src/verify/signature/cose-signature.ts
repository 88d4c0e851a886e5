/** The claim signature as COSE_Sign1 (C2PA 13.2, RFC 9052 4.2), converted from all forms it has had into one shape. */
import { CoseError, chainsOf, headers, parseCoseSign1 } from '../../encoding/cose.ts'
import { evidenceLabel } from '../../timestamp/evidence.ts'
import { isBytes, isFields } from '../fields.ts'

export interface CoseSignature {
  /** OCSP responses that the signer stapled to the signature (C2PA 14.5.2). */
  readonly ocspVals: readonly Uint8Array[]
  /** COSE algorithm identifier. */
  readonly algorithm: unknown
  /** As it stands, encoded. */
  readonly protectedHeader: Uint8Array
  readonly signature: Uint8Array
  /** DER certificates, leaf first. */
  readonly chain: readonly Uint8Array[]
  /** Time stamps of the headers `sigTst` and `sigTst2`, and an evidence record. */
  readonly stamps: readonly Stamp[]
  /** When the signer says that it signed, `iat` (C2PA 13.2.4); undefined when it does not say. */
  readonly claimedTime: Date | undefined
}

/** A time stamp as it stands in the header (C2PA 10.3.2.5.4) or in an assertion. */
export interface Stamp {
  /** An evidence record (RFC 4998) stands for many signatures; default: a token for this one. */
  readonly form?: 'evidence'
  /** Of the header: 1 is over the claim, 2 over the signature, as is one that was made `late`. */
  readonly version: 1 | 2 | 'late'
  /** DER; undefined when the container does not hold exactly one. */
  readonly token: Uint8Array | undefined
}

/** The claim signature, or what is wrong with it (C2PA 13.2, 14.5). */
export function readCose(bytes: Uint8Array): CoseSignature | string {
  let cose: ReturnType<typeof parseCoseSign1>
  try {
    cose = parseCoseSign1(bytes)
  } catch (error) {
    if (error instanceof CoseError) return error.message
    throw error
  }
  const { protectedHeader, unprotected } = cose
  if (cose.payload !== null) return 'the payload is not detached'
  if (!protectedHeader.has(headers.algorithm)) return 'no algorithm'
  if (protectedHeader.has(headers.critical) || unprotected.has(headers.critical)) return 'a critical header'
  const chains = chainsOf(cose)
  if (chains.length > 1) return 'two certificate chains' // one would hide the other
  const [value] = chains
  const chain: unknown[] = Array.isArray(value) ? value : [value]
  if (chain.length === 0 || !chain.every(isBytes)) return 'no certificate'
  return {
    algorithm: protectedHeader.get(headers.algorithm),
    protectedHeader: cose.protectedBytes,
    signature: cose.signature,
    chain,
    ocspVals: ocspValsOf(unprotected.get('rVals')),
    stamps: stampsIn(unprotected),
    claimedTime: claimedTimeOf(protectedHeader.get('iat')),
  }
}

/** `rVals` (C2PA 14.5.2): OCSP responses that the signer stapled to the signature. */
function ocspValsOf(value: unknown): readonly Uint8Array[] {
  const list = isFields(value) ? value.get('ocspVals') : undefined
  return Array.isArray(list) ? list.filter(isBytes) : []
}

/** A NumericDate: seconds since 1970. */
export function claimedTimeOf(value: unknown): Date | undefined {
  const time = new Date(typeof value === 'number' ? value * 1000 : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** Only the unprotected header is looked at: the standard knows no other place, and a stamp can't be over itself. */
export function stampsIn(header: ReadonlyMap<unknown, unknown>): Stamp[] {
  const names = [
    ['sigTst2', 2],
    ['sigTst', 1],
  ] as const
  const tokens = names.flatMap(([name, version]) =>
    header.has(name) ? [{ version, token: tokenIn(header.get(name)) }] : [],
  )
  const record = header.get(evidenceLabel)
  return isBytes(record) ? [...tokens, { version: 2, form: 'evidence', token: record }] : tokens
}

/** tstContainer: exactly one token (C2PA 15.8.1.1). */
function tokenIn(container: unknown): Uint8Array | undefined {
  const tokens = isFields(container) ? container.get('tstTokens') : undefined
  const [first, ...others] = Array.isArray(tokens) ? (tokens as unknown[]) : []
  const value = isFields(first) && others.length === 0 ? first.get('val') : undefined
  return isBytes(value) ? value : undefined
}
