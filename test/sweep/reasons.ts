/** Why the two judges may differ; what has no reason here is a fault of one of them. */
import type { Opinion } from './judges.ts'

export interface Difference {
  readonly ours: Opinion
  readonly theirs: Opinion
  readonly what: string
}

interface Reason {
  readonly holds: (difference: Difference) => boolean
  readonly reason: string
}

/** c2pa-rs refuses what counts as intact here. */
const milder: readonly Reason[] = [
  {
    holds: ({ what }) => /64-bit length/.test(what),
    reason: 'Boxes may have lengths in 64 bits (ISO 19566-5), which c2pa-rs does not read.',
  },
  {
    holds: ({ what }) => /\b(?:box in|cbor doubled|swapped with|moved to)/.test(what),
    reason:
      'Boxes of others may stand in stores and manifests (C2PA 11.1.4.2), padding anywhere (ISO 19566-5 A.4), several in a statement (11.1.4.3); c2pa-rs hashes what it makes of them.',
  },
  {
    holds: ({ ours }) => ours.codes.includes('manifest.ingredient.failed'),
    reason:
      'A manifest is valid by itself (C2PA 14.3.5): what an ingredient has become is told as a warning.',
  },
  {
    holds: ({ theirs }) =>
      theirs.codes.includes('assertion.cbor.invalid') || /AssertionDecoding/.test(theirs.error ?? ''),
    reason:
      'c2pa-rs reads statements into types of its own, and refuses what they have no room for where nothing here depends on it: of others, or fields that say nothing about the content.',
  },
  {
    holds: ({ theirs }) => theirs.codes.includes('assertion.required.missing'),
    reason: 'A statement of others that is no map is none to c2pa-rs.',
  },
  {
    holds: ({ what }) => /c2pa\.hash\.data: url added/.test(what),
    reason: 'The field is deprecated and says nothing (C2PA 18.5).',
  },
  {
    holds: ({ theirs }) => /CoseTimeStamp/.test(theirs.error ?? ''),
    reason: 'A time stamp that can’t be read counts for nothing, and is no fault of the rest (C2PA 15.8).',
  },
  {
    holds: ({ theirs }) => /claim could not be converted/.test(theirs.error ?? ''),
    reason: 'What else a claim says has no meaning (C2PA 10.2); an older c2pa-rs takes the fields it knows.',
  },
  {
    holds: ({ what }) => /a second time, under another label/.test(what),
    reason: 'A manifest that nothing refers to says nothing, whatever is in it.',
  },
  {
    holds: ({ what }) => /in the description of/.test(what),
    reason:
      'The private box of a description may be of another kind than a salt (ISO 19566-5 5.3); c2pa-rs knows no other.',
  },
  {
    holds: ({ theirs }) => /NoManifest/.test(theirs.state) && / 1 containers/.test(` ${theirs.error}`),
    reason: 'Tags may be written in other ways (HTML 13.1.2); the finder of the test knows one.',
  },
]

/** What we say of what c2pa-rs takes, by our code. */
const stricter: Readonly<Record<string, string>> = {
  'manifest.store.malformed':
    'What no hash covers must be as the standard says (C2PA 11.1.4), or things hide there.',
  'manifest.assertion.mismatch':
    'The hash is over the bytes of a box (C2PA 8.4.2.3), not over what was understood of it.',
  'manifest.ingredient.mismatch': 'The hash is over the bytes of the manifest (C2PA 8.4.2.3).',
  'manifest.assertion.malformed':
    'Keys stand once in a map, and a box is of the kind it is called (C2PA 11.1.4.3).',
  'manifest.assertion.missing': 'The URI must lead to the box by its very name (C2PA 15.10.3).',
  'manifest.assertion.undeclared': 'Every statement is listed (C2PA 15.10.3).',
  'manifest.claim.malformed': 'A claim is one well-formed map, and lists an assertion once (C2PA 10.2).',
  'manifest.claim.missing': 'A claim is known by its type (C2PA 11.1.4.4).',
  'manifest.claim.multiple': 'There is one claim (C2PA 15.6).',
  'manifest.signature.malformed': 'A signature is one box of CBOR (C2PA 11.1.4.4), whose keys stand once.',
  'manifest.signature.missing': 'The signature stands where the claim says, by its very name.',
  'manifest.binding.malformed':
    'A hash that is missing, or exclusions that overlap, bind nothing (C2PA 15.12).',
  'manifest.binding.missing': 'An update whose ingredient is another leads to no content (C2PA 15.12).',
  'manifest.binding.partial': 'What a hash leaves out beyond the manifest is told (C2PA 9.2.6, A.5.6).',
  'manifest.binding.exclusion': 'The exclusion is the place of the manifest (C2PA 15.12.1).',
  'manifest.content.altered':
    'Bytes between and behind boxes are none of those that were signed (C2PA 18.7.1).',
  'manifest.action.malformed':
    'Origins name their source (C2PA 18.15); the c2pa-rs that is asked about texts is an older one.',
  'manifest.action.missing': 'There is an origin (C2PA 15.10.1.2).',
  'manifest.update.invalid': 'An update says what it may (C2PA 11.2.3).',
  'manifest.certificate.profile': 'A certificate for time stamps signs no claims (C2PA 14.5.1).',
  'metadata.record.disagree': 'Our own statement and the label beside it say the same.',
  'asset.damaged': 'Where the file can’t be read, nothing is said to be in order.',
  'asset.part.unreadable': 'A checksum of the file itself is wrong.',
  'asset.type.unsupported': 'It is none of the formats that are read.',
}

const isGood = ({ state }: Opinion) => /^(?:trusted|valid)$/i.test(state)

/** `agree`, a reason, or undefined: somebody is wrong. */
export function reasonOf(difference: Difference): string | undefined {
  const { ours, theirs } = difference
  if (ours.state === 'thrown' || ours.milliseconds > slow) return undefined
  if (isGood(ours) === isGood(theirs)) {
    const alike = !isGood(ours) || ours.state === theirs.state.toLowerCase()
    return alike ? 'agree' : undefined
  }
  if (isGood(ours)) return milder.find(({ holds }) => holds(difference))?.reason
  if (/labeled$/.test(ours.state))
    return 'A block outside of a comment is text, and no manifest (C2PA A.9.3.1).'
  return ours.codes.map((code) => stricter[code]).find((reason) => reason !== undefined)
}

/** Milliseconds after which a verdict comes too late. */
const slow = 2000
