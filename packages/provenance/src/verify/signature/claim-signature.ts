/** Locates the claim signature and checks it and its certificate (C2PA 15.7). */
import { limits, type SignerReport } from '@yinji/core'
import { type Certificate, readCertificate } from '../../trust/certificate.ts'
import type { Context } from '../checked-manifest.ts'
import type { Claim } from '../claim.ts'
import type { Log } from '../log.ts'
import type { Manifest } from '../store.ts'
import { manifestUri, parseUri } from '../uri.ts'
import { type CoseSignature, readCose } from './cose-signature.ts'
import { checkCredential } from './credential.ts'
import { checkRevoked } from './revoked.ts'
import { algorithmOf, signatureHolds } from './signature.ts'
import { checkTimeStamps } from './timestamp.ts'

/** What the signature of a manifest says. */
export interface CheckedSignature {
  readonly signer: SignerReport | null
  /** It is made over this claim with the certificate's key. */
  readonly signed: boolean
  /** What a trusted time stamp says of the signature. */
  readonly signedAt?: Date | undefined
  /** The certificates beside the signature, leaf first. */
  readonly chain: readonly Certificate[]
}

export const unsigned: CheckedSignature = { signer: null, signed: false, chain: [] }

export function checkSignature(
  manifest: Manifest,
  claim: Claim,
  payload: Uint8Array,
  context: Context,
  log: Log,
): CheckedSignature {
  const { trust, now } = context
  const at = `${manifestUri(manifest.label)}/c2pa.signature`
  const cose = locate(manifest, claim, at, log)
  if (cose === undefined) return unsigned
  const chain = chainOf(cose, at, log)
  if (chain === undefined) return unsigned
  const algorithm = algorithmOf(cose.algorithm)
  if (algorithm === undefined) {
    log.report('manifest.signature.algorithm', {
      status: 'algorithm.unsupported',
      at,
      algorithm: String(cose.algorithm),
    })
    return unsigned
  }
  const { protectedHeader, signature } = cose
  if (!signatureHolds({ algorithm, key: chain[0].publicKey, protectedHeader, payload, signature })) {
    log.report('manifest.signature.mismatch', { status: 'claimSignature.mismatch', at })
    if (!trust.assess(chain, now).anchored) log.status('signingCredential.untrusted', at)
    return unsigned
  }
  log.status('claimSignature.validated', at)
  const late = context.stamps.get(manifest.label) ?? []
  const stamped = checkTimeStamps(cose, payload, late, context, at, log)
  const { claimedTime } = cose
  const credential = { chain, algorithm: algorithm.name, stamped, claimedTime, at }
  const signer = checkCredential(credential, trust, now, log)
  const signedAt = stamped?.outcome === 'trusted' ? stamped.time : undefined
  // One for each certificate of the chain.
  const stapled = [...cose.ocspVals.slice(0, limits.certificates), ...context.answers]
  const evidence = { stapled, signedAt }
  return { signer: checkRevoked(signer, credential, context, evidence, log), signed: true, signedAt, chain }
}

/** The claim names its signature, and it must stand in the same manifest. */
function locate(manifest: Manifest, claim: Claim, at: string, log: Log): CoseSignature | undefined {
  const uri = parseUri(claim.signature)
  const own = uri && (uri.manifest ?? manifest.label) === manifest.label && uri.path.length === 1
  const nodes = own ? manifest.signatures.filter(({ label }) => label === uri.path[0]) : []
  const [node] = nodes
  if (node === undefined) {
    log.report('manifest.signature.missing', { status: 'claimSignature.missing', at })
    return undefined
  }
  const [content, ...others] = node.contents
  const cose =
    nodes.length === 1 && manifest.signatures.length === 1 && others.length === 0 && content?.type === 'cbor'
      ? readCose(content.data)
      : 'more than one'
  if (typeof cose !== 'string') return cose
  log.report('manifest.signature.malformed', { status: 'claimSignature.mismatch', at, what: cose })
  return undefined
}

/** Leaf first. Certificates beside it that can't be read are of no use to the path, and of no harm. */
function chainOf(cose: CoseSignature, at: string, log: Log): [Certificate, ...Certificate[]] | undefined {
  const [first, ...rest] = cose.chain.slice(0, limits.certificates)
  const leaf = first && readCertificate(first)
  if (leaf) return [leaf, ...rest.map(readCertificate).filter((certificate) => certificate !== undefined)]
  log.report('manifest.certificate.malformed', { status: 'signingCredential.invalid', at })
  return undefined
}
