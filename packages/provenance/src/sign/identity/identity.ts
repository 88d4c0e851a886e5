/**
 * Identity assertions (CAWG Identity Assertion 1.3): others than the signer of the claim sign the hash of the content, and what they
 * choose of what is said about it (CAWG identity 6). Their size is known before they sign, as that of the claim signature is.
 */
import { InternalError, SignError } from '@yinji/core'
import { encodeCbor, encodeMembers } from '../../encoding/cbor.ts'
import { readCertificate } from '../../trust/certificate.ts'
import { identityProblem } from '../../trust/profile.ts'
import { type AssertionBox, assertionBox, type HashedUri, numbered } from '../boxes.ts'
import { refuse } from '../form.ts'
import { signatureRoom, signClaim } from '../signature.ts'
import type { NamedActor } from './named-actor.ts'

/** An identity assertion to come. */
export interface PlannedIdentity {
  /** Zeros where the signature will stand: as long as the finished one. */
  reserve(binding: AssertionBox): AssertionBox
  /** Signs. @throws SignError as the signer does */
  sign(binding: AssertionBox): Promise<AssertionBox>
}

/**
 * @param said what there is to sign besides the hard binding
 * @param random for salts: who is named may be withheld later (C2PA 6.8)
 * @throws UsageError for an assertion that is not there, SignError for a certificate that names nobody
 */
export function plannedIdentities(
  actors: readonly NamedActor[],
  said: readonly AssertionBox[],
  now: Date,
  random: (length: number) => Uint8Array,
): readonly PlannedIdentity[] {
  const labels = numbered(actors.map(() => ({ label: 'cawg.identity', content: null })))
  return actors.map((actor, index) => {
    checkCertificate(actor, now)
    const chosen = chosenBy(actor, said, `identities[${index}].assertions`)
    const label = labels[index]?.label ?? ''
    const salt = random(16)
    const payloadOver = ({ reference }: AssertionBox) => signerPayload([reference, ...chosen], actor.roles)
    const box = (payload: Uint8Array, signature: Uint8Array) =>
      assertionBox(label, 'cbor', identity(payload, signature), salt)
    return {
      reserve: (binding) => box(payloadOver(binding), new Uint8Array(signatureRoom(actor.signer))),
      sign: async (binding) => {
        const payload = payloadOver(binding)
        return box(payload, await signClaim(actor.signer, payload))
      },
    }
  })
}

/**
 * `signer-payload-map`, in the order of its schema (CAWG identity 5.2). The standard asks for the order of RFC 8949 4.2.1 (CAWG identity
 * 8.2.1), in which c2pa-rs up to 0.91 takes no signature: it puts the payload together again in this one, and holds it against that.
 */
function signerPayload(references: readonly HashedUri[], roles: readonly string[] = []): Uint8Array {
  return encodeMembers([
    ['referenced_assertions', encodeCbor(references)],
    ['sig_type', encodeCbor('cawg.x509.cose')],
    ...(roles.length > 0 ? [['role', encodeCbor(roles)] as const] : []),
  ])
}

/** The signature is of the size that was reserved, so nothing is left to pad. */
function identity(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return encodeMembers([
    ['pad1', encodeCbor(new Uint8Array())],
    ['signature', encodeCbor(signature)],
    ['signer_payload', payload],
  ])
}

/** Those it names, in the order of the manifest (CAWG identity 5.1.1: none twice). */
function chosenBy(
  { assertions = ['c2pa.actions.v2'] }: NamedActor,
  said: readonly AssertionBox[],
  at: string,
): readonly HashedUri[] {
  const there = new Map(said.map(({ reference }) => [labelOf(reference), reference]))
  for (const [index, label] of assertions.entries())
    if (!there.has(label)) refuse(`${at}[${index}]`, label, [...there.keys()].join(', '))
  return [...there].flatMap(([label, reference]) => (assertions.includes(label) ? [reference] : []))
}

const labelOf = ({ url }: HashedUri) => url.slice(url.lastIndexOf('/') + 1)

/** Who verifies would not believe it (CAWG identity 8.2.4), and nobody would know why. */
function checkCertificate({ signer: { chain } }: NamedActor, now: Date): void {
  const certificate = chain[0] && readCertificate(chain[0])
  if (certificate === undefined) throw new InternalError('a signer without certificate')
  const problem = identityProblem(certificate, now)
  if (problem !== undefined) throw new SignError('sign.certificate.profile', { problem })
}
