/**
 * One manifest, checked by itself (C2PA 15.6, 15.7, 15.10): its claim, its signature, its assertions. What it says
 * about content and about other manifests is held against those elsewhere.
 */
import { readCbor } from '../encoding/cbor.ts'
import type { Revocation } from '../revocation/revocation.ts'
import type { Trust } from '../trust/trust.ts'
import { checkAssertions } from './assertions/assertions.ts'
import { type Claim, readClaim } from './claim.ts'
import { type Fields, isFields } from './fields.ts'
import type { Hashes } from './hashes.ts'
import { Log } from './log.ts'
import { type CheckedSignature, checkSignature, unsigned } from './signature/claim-signature.ts'
import type { Stamp } from './signature/cose-signature.ts'
import type { Manifest, Node } from './store.ts'
import { manifestUri } from './uri.ts'

export interface Context {
  readonly trust: Trust
  readonly now: Date
  readonly revocation?: Revocation | undefined
  readonly hashes: Hashes
  /** Absolute URIs of assertions that manifests of this store withhold. */
  readonly redacted: ReadonlySet<string>
  /** Time stamps that were made later, by the label of the manifest they are for. */
  readonly stamps: ReadonlyMap<string, readonly Stamp[]>
  /** OCSP answers that manifests brought as assertions. */
  readonly answers: readonly Uint8Array[]
}

/** A manifest and what it says, as far as it could be read. */
export interface CheckedManifest extends CheckedSignature {
  readonly manifest: Manifest
  readonly claim: Claim | undefined
  /** Signature and every assertion hold: what the manifest says is what its signer said. */
  readonly sound: boolean
  /** Assertions whose hash is the one in the claim, in the order of the claim. */
  readonly assertions: readonly Assertion[]
  readonly log: Log
}

export interface Assertion {
  readonly label: string
  /** Without the number that tells repeats apart. */
  readonly base: string
  /** The signer vouches for it. True throughout for claims of version 1. */
  readonly created: boolean
  readonly node: Node
  /** Content of a CBOR assertion; undefined when it is anything else. */
  readonly fields: Fields | undefined
}

export function checkManifest(manifest: Manifest, context: Context): CheckedManifest {
  const log = new Log()
  const claim = locateClaim(manifest, log)
  if (claim === undefined) return { manifest, claim, ...unsigned, sound: false, assertions: [], log }
  const signature = checkSignature(manifest, claim.claim, claim.bytes, context, log)
  const { assertions, complete } = checkAssertions(manifest, claim.claim, context, log)
  return { manifest, claim: claim.claim, ...signature, sound: signature.signed && complete, assertions, log }
}

interface LocatedClaim {
  readonly claim: Claim
  /** As it stands, encoded: what the signature covers. */
  readonly bytes: Uint8Array
}

/** C2PA 15.6: exactly one claim, well-formed, with the fields its version asks for. */
function locateClaim(manifest: Manifest, log: Log): LocatedClaim | undefined {
  const at = `${manifestUri(manifest.label)}/c2pa.claim`
  const [node, ...more] = manifest.claims
  if (node === undefined) {
    log.report('manifest.claim.missing', { status: 'claim.missing', at })
    return undefined
  }
  if (more.length > 0) {
    log.report('manifest.claim.multiple', { status: 'claim.multiple', at, count: more.length + 1 })
    return undefined
  }
  const version = { 'c2pa.claim': 1 as const, 'c2pa.claim.v2': 2 as const }[node.label]
  if (version === undefined) {
    log.report('manifest.version.unknown', { status: 'claim.missing', at, what: node.label })
    return undefined
  }
  const [content, ...others] = node.contents
  const bytes = content?.type === 'cbor' && others.length === 0 ? content.data : undefined
  const value = bytes && readCbor(bytes)
  if (bytes === undefined || !isFields(value)) {
    log.report('manifest.claim.malformed', { status: 'claim.cbor.invalid', at, what: 'CBOR' })
    return undefined
  }
  const claim = readClaim(value, version)
  if (typeof claim === 'string') {
    log.report('manifest.claim.malformed', { status: 'claim.malformed', at, what: claim })
    return undefined
  }
  return { claim, bytes }
}
