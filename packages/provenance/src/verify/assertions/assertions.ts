/** Every assertion is the one the claim lists, and the claim lists every assertion (C2PA 15.10.3). */
import { readCbor } from '../../encoding/cbor.ts'
import {
  type ContentBox,
  encodeBox,
  isSuperBox,
  parseJumbf,
  type SuperBox,
  uuids,
} from '../../encoding/jumbf.ts'
import type { Assertion, Context } from '../checked-manifest.ts'
import type { Claim, ClaimedAssertion } from '../claim.ts'
import { type Fields, isFields, isText } from '../fields.ts'
import { digestOf, inWords } from '../hashes.ts'
import type { Log } from '../log.ts'
import type { Manifest, Node } from '../store.ts'
import { assertionUri, baseLabel, ownLabel, parseUri } from '../uri.ts'
import { formProblem } from './forms.ts'

export interface CheckedAssertions {
  /** Those that hold. */
  readonly assertions: readonly Assertion[]
  /** All of them hold, and there are no others. */
  readonly complete: boolean
}

/** Assertions that may never be withheld (C2PA 15.10.3.1). */
const essential = /^c2pa\.(?:actions|hash)\b/

export function checkAssertions(
  manifest: Manifest,
  claim: Claim,
  context: Context,
  log: Log,
): CheckedAssertions {
  const declared = new Set<string>()
  const assertions: Assertion[] = []
  let complete = true
  for (const claimed of claim.assertions) {
    const label = ownLabel(claimed.url, manifest.label)
    if (label === undefined || declared.has(label)) {
      const status = label === undefined ? 'assertion.outsideManifest' : 'claim.malformed'
      log.report('manifest.assertion.missing', { status, at: claimed.url, label: claimed.url })
      complete = false
      continue
    }
    declared.add(label)
    const outcome = checkOne(manifest, label, claim, claimed, context, log)
    if (outcome === undefined) complete = false
    else if (outcome !== 'redacted') assertions.push(outcome)
  }
  for (const label of manifest.assertions.keys()) {
    if (declared.has(label)) continue
    const at = assertionUri(manifest.label, label)
    log.report('manifest.assertion.undeclared', { status: 'assertion.undeclared', at, label })
    complete = false
  }
  return { assertions, complete: checkOwnRedactions(manifest, claim, log) && complete }
}

function checkOne(
  manifest: Manifest,
  label: string,
  claim: Claim,
  claimed: ClaimedAssertion,
  { hashes, redacted }: Context,
  log: Log,
): Assertion | 'redacted' | undefined {
  const at = assertionUri(manifest.label, label)
  const node = manifest.assertions.get(label)
  if (redacted.has(at)) return checkRedacted(label, node, at, log)
  if (node === undefined) {
    log.report('manifest.assertion.missing', { status: 'assertion.missing', at, label })
    return undefined
  }
  const algorithm = claimed.algorithm ?? claim.algorithm
  const digest = digestOf(algorithm)
  if (digest === undefined) {
    log.report('manifest.hash.algorithm', {
      status: 'algorithm.unsupported',
      at,
      algorithm: inWords(algorithm),
    })
    return undefined
  }
  if (!hashes.matches(node.body, digest, claimed.hash)) {
    log.report('manifest.assertion.mismatch', { status: 'assertion.hashedURI.mismatch', at, label })
    return undefined
  }
  log.status('assertion.hashedURI.match', at)
  const base = baseLabel(label)
  const fields = readFields(node, label)
  const problem = isText(fields) ? fields : formProblem(base, fields, manifest.kind)
  if (!problem && !isText(fields)) return { label, base, created: claimed.created, node, fields }
  const what = problem?.split('.').slice(1).join(' ')
  log.report('manifest.assertion.malformed', { status: problem, at, label, what })
  return undefined
}

/** A later manifest withholds this one: it must be gone or blank, and of a kind that may go. */
function checkRedacted(label: string, node: Node | undefined, at: string, log: Log): 'redacted' | undefined {
  if (essential.test(label)) {
    const status = label.startsWith('c2pa.actions')
      ? 'assertion.action.redacted'
      : 'assertion.hardBinding.redacted'
    log.report('manifest.assertion.redacted', { status, at, label })
    return undefined
  }
  if (node && !isBlank(node)) {
    log.report('manifest.assertion.redacted', { status: 'assertion.notRedacted', at, label })
    return undefined
  }
  return 'redacted'
}

/**
 * Zeros, alone or behind the identifier that stands for what is withheld (C2PA 6.8); in padding and in boxes within it too
 * (C2PA 15.11.3.3.1), which else could keep what was to go.
 */
function isBlank({ body }: Node): boolean {
  return contentsIn(parseJumbf(encodeBox('jumb', body))).every(({ type, payload }) => {
    const marked = type === 'uuid' && Buffer.from(payload.subarray(0, 16)).equals(withheld)
    return payload.subarray(marked ? 16 : 0).every((byte) => byte === 0)
  })
}

function contentsIn({ children }: SuperBox): ContentBox[] {
  return children.flatMap((child) => (isSuperBox(child) ? contentsIn(child) : child))
}

const withheld = Buffer.from('caa98eee9d4df80e86ad4dffca263973', 'hex')

/** A claim can't withhold what it claims itself. */
function checkOwnRedactions(manifest: Manifest, claim: Claim, log: Log): boolean {
  for (const url of claim.redacted) {
    const uri = parseUri(url)
    if (uri !== undefined && uri.manifest !== undefined && uri.manifest !== manifest.label) continue
    log.report('manifest.assertion.redacted', { status: 'assertion.selfRedacted', at: url, label: url })
    return false
  }
  return true
}

/**
 * Content of assertions that are read here: the standard's own and ours, of others whatever can be read. What the standard
 * defines must be well-formed: then, a status of what is wrong (C2PA 15.10.3.1).
 */
function readFields({ uuid, contents }: Node, label: string): Fields | undefined | Malformed {
  const [content, ...others] = contents
  if (content === undefined) return 'assertion.cbor.invalid' // there shall be some (C2PA 11.1.4.3)
  const expected = new Map([
    ['cbor', uuids.cbor],
    ['json', uuids.json],
  ]).get(content.type)
  // The type of the box is the type of what is in it (C2PA 11.1.4.3): readers that go by one or the other must see the same.
  if (expected !== undefined && uuid !== expected)
    return `assertion.${content.type as 'cbor' | 'json'}.invalid`
  if (others.length > 0) return undefined
  const standard = label.startsWith('c2pa.')
  if (content.type === 'json') return standard && !isJson(content.data) ? 'assertion.json.invalid' : undefined
  if (content.type !== 'cbor') return undefined
  const value = readCbor(content.data)
  if (isFields(value)) return value
  return value === undefined && standard ? 'assertion.cbor.invalid' : undefined
}

type Malformed = 'assertion.cbor.invalid' | 'assertion.json.invalid'

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}
