/** The claim, version 2 (C2PA 10.2): what is signed. */
import { encodeCbor } from '../encoding/cbor.ts'
import type { HashedUri } from './boxes.ts'
import type { ManifestContent } from './manifest.ts'

/** The version of C2PA whose rules the manifest follows. */
const specVersion = '2.4.0'

/**
 * Whoever creates a reference answers for what lies there, which may change any time (C2PA 18.24); whom an identity assertion names,
 * they say themselves.
 */
const isGathered = ({ url }: HashedUri) =>
  /\/(?:c2pa\.external-reference|cawg\.identity)(?:__\d+)?$/.test(url)

/**
 * The URI of the signature is absolute on purpose: it is the only place where the label of the manifest itself comes
 * under the signature.
 *
 * @param manifest Label of the manifest.
 * @param instance UUID of this version of the content.
 * @param redacted Absolute URIs of assertions of earlier manifests that are withheld.
 */
export function encodeClaim(
  { generator, title }: Pick<ManifestContent, 'generator' | 'title'>,
  manifest: string,
  instance: string,
  assertions: readonly HashedUri[],
  redacted: readonly string[] = [],
): Uint8Array {
  const gathered = assertions.filter(isGathered)
  return encodeCbor({
    instanceID: `xmp:iid:${instance}`,
    claim_generator_info: { name: generator.name, version: generator.version, specVersion },
    signature: `self#jumbf=/c2pa/${manifest}/c2pa.signature`,
    created_assertions: assertions.filter((one) => !isGathered(one)),
    gathered_assertions: gathered.length > 0 ? gathered : undefined,
    redacted_assertions: redacted.length > 0 ? redacted : undefined,
    'dc:title': title || undefined,
    alg: 'sha256',
  })
}
