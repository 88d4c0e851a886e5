/** Validates a manifest store and the content it stands in, in the order of C2PA 15. Never throws for what it reads. */
import {
  type Finding,
  type FoundManifest,
  type Level,
  readDigitalSourceType,
  type SignerReport,
  type Source,
} from '@yinji/core'
import type { Revocation } from '../revocation/revocation.ts'
import type { Trust } from '../trust/trust.ts'
import type { ActiveManifest, StampedLabel, Validation } from '../validation.ts'
import { actionsOf, checkActions } from './assertions/actions.ts'
import { checkAlternatives } from './assertions/alternatives.ts'
import { checkDisclosure } from './assertions/disclosure.ts'
import { readRecord } from './assertions/record.ts'
import { redactionsOf } from './assertions/redactions.ts'
import { checkReferences } from './assertions/references.ts'
import { type CheckedManifest, checkManifest } from './checked-manifest.ts'
import type { SegmentManifest } from './content/binding.ts'
import { checkContent } from './content/content.ts'
import type { MediaPieces } from './content/media-pieces.ts'
import type { Piece, PieceWatch } from './content/piece-ledger.ts'
import { Hashes } from './hashes.ts'
import { checkIdentities } from './identity/identity.ts'
import { checkIngredients, historyOf } from './ingredients/graph.ts'
import { validatedManifest } from './ingredients/validated-manifest.ts'
import { Log } from './log.ts'
import { lateAnswersOf } from './signature/late-answers.ts'
import { lateStampsOf } from './signature/late-stamps.ts'
import { readStore, type Store, StoreError } from './store.ts'
import { checkVersion } from './version.ts'

/** What a validation needs. */
export interface ValidateOptions {
  /** The store and where it stands, as the format's handler found it. */
  readonly found: FoundManifest
  /** The content, as it stands in the file; with a manifest beside it, the file alone. */
  readonly source: Source
  /**
   * Media segments that the source is the initialization segment of, in the order in which they are played. Gone
   * through once for each validation; each is read before the next one is asked for.
   */
  readonly fragments?: AsyncIterable<Source> | undefined
  /** Who is told of each segment as it comes; the next one is asked for afterwards. */
  readonly watch?: PieceWatch | undefined
  /**
   * The media are not at hand, and nothing of them is read (C2PA 18.6.3). Who is told gets what holds pieces of them against the manifest,
   * where everything else is what was signed. Default: all is read.
   */
  readonly later?: ((pieces: MediaPieces) => void) | undefined
  /** Whom to believe; see `createTrust`. */
  readonly trust: Trust
  /**
   * The moment at which certificates must be valid whose signatures bear no trusted time stamp (C2PA 15.8). Default: the
   * system clock.
   */
  readonly now?: Date | undefined
  /** Whether certificates have been taken back. Default: nobody is asked. */
  readonly revocation?: Revocation | undefined
  /** Stops the reading of the content. Default: nothing does. */
  readonly signal?: AbortSignal | undefined
  /** Whether to hash the whole file too, in the same read; that costs as much again. Default false. */
  readonly assetSha256?: boolean | undefined
}

/**
 * Checks a manifest store, everything it was made from and the content it stands in (C2PA 15). Whatever is wrong with
 * them is a finding.
 * @throws InputError when the source becomes shorter while being read, and whatever the source itself throws.
 */
export async function validateManifest(options: ValidateOptions): Promise<Validation> {
  return (await validate({ ...options, now: options.now ?? new Date() }, false)).validation
}

/** With the clock read once. */
type Options = ValidateOptions & { readonly now: Date }

interface Validated {
  readonly validation: Validation
  /** Undefined when the store can’t be read. */
  readonly active?: CheckedManifest
}

/** @param live whether it is a segment of a live video (C2PA 19) */
async function validate(options: Options, live: boolean): Promise<Validated> {
  const store = locate(options.found)
  if (store instanceof StoreError) return { validation: unreadable(options.found.store, store) }
  const { trust, now, revocation } = options
  const brought = { stamps: lateStampsOf(store), answers: lateAnswersOf(store) }
  const open = { trust, now, revocation, hashes: new Hashes(), ...brought }
  const context = { redacted: redactionsOf(store, open), ...open }

  const active = checkManifest(store.active, context)
  const { log } = active
  checkVersion(active)
  checkActions(active, store, context)
  checkReferences(active, store, context)
  checkAlternatives(active, store, context)
  checkDisclosure(active)
  const { order, deltas, bound, past } = checkIngredients(store, active, context, log)
  const identities = checkIdentities(order, context)
  const sha256 = await checkBinding(options, active, bound, live)
  const described = active.sound ? describe(active, bound === 'unchecked' ? undefined : bound, past) : null

  const validation = {
    store: options.found.store,
    findings: log.findings,
    signer: active.signer,
    active: described,
    history: historyOf(order),
    results: log.results,
    deltas,
    manifests: order.map((one) => validatedManifest(one, identities.get(one.manifest.label) ?? [])),
    identities: speaking(active, bound).flatMap(({ manifest }) => identities.get(manifest.label) ?? []),
    stamped: order.flatMap(stampedLabel),
    certificates: order.flatMap(({ chain }) => chain),
    ...(sha256 === undefined ? {} : { assetSha256: sha256 }),
  }
  return { validation, active }
}

/** The manifest of a segment, as that of a file of its own (C2PA 19.7.1). */
async function validateSegment(options: Options): Promise<SegmentManifest> {
  const { validation, active } = await validate(
    { ...options, fragments: undefined, watch: undefined, later: undefined, assetSha256: false },
    true,
  )
  const of = (wanted: Level) =>
    validation.findings.filter(({ level }) => level === wanted).map(({ code }) => code)
  return { checked: active, errors: of('error'), doubts: of('unchecked') }
}

function locate({ store }: FoundManifest): Store | StoreError {
  try {
    return readStore(store)
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
}

function unreadable(store: Uint8Array, { status, message: what }: StoreError): Validation {
  const log = new Log()
  log.report('manifest.store.malformed', { status, what })
  const nothing = {
    signer: null,
    active: null,
    history: [],
    deltas: [],
    manifests: [],
    identities: [],
    stamped: [],
    certificates: [],
  }
  return { ...nothing, store, findings: log.findings, results: log.results }
}

/** Content is intact only when the hash that says so is one the signer vouched for. */
async function checkBinding(
  options: Options,
  active: CheckedManifest,
  bound: CheckedManifest | 'unchecked' | undefined,
  live: boolean,
): Promise<string | undefined> {
  const { found, source, fragments, watch, later, signal, now, assetSha256 = false } = options
  const { log, manifest, claim } = active
  if (bound === 'unchecked') return undefined
  if (bound === undefined) {
    if (claim) log.report('manifest.binding.missing', { status: 'claim.hardBindings.missing' })
    return undefined
  }
  const updated = manifest.kind === 'update'
  const segment = (found: FoundManifest, source: Source) => validateSegment({ ...options, found, source })
  const watched = watch && {
    begun: (findings: readonly Finding[]) => watch.begun([...log.findings, ...findings]),
    piece: (piece: Piece) => watch.piece(piece),
  }
  const content = { source, found, fragments, watch: watched, later, updated, signal, assetSha256, live, now }
  const { outcome, sha256, flawed } = await checkContent(bound, { validateSegment: segment, ...content }, log)
  if (outcome === 'match' && !flawed && active.sound && bound.sound) log.report('manifest.content.intact')
  if (updated && active.signer?.trust === 'trusted' && bound.signer?.trust !== 'trusted')
    log.report('manifest.update.untrusted', { subject: nameOf(bound.signer) })
  return sha256
}

/** The manifests that speak of the content: the one that is bound to it, and an update of that. */
function speaking(
  active: CheckedManifest,
  bound: CheckedManifest | 'unchecked' | undefined,
): readonly CheckedManifest[] {
  return bound === undefined || bound === 'unchecked' || bound === active ? [active] : [bound, active]
}

/** A stranger could make a signature first and a key and a label for it afterwards. */
function stampedLabel(checked: CheckedManifest): StampedLabel[] {
  const { sound, signer, signedAt } = checked
  if (!sound || signer?.trust !== 'trusted' || signedAt === undefined) return []
  const record = readRecord({ ...checked, log: new Log() }) // what is wrong with it is told elsewhere
  return record ? [{ aigc: record.aigc, time: signedAt }] : []
}

const nameOf = (signer: SignerReport | null) => signer?.organization ?? signer?.subject ?? '—'

/**
 * An update says nothing about how the content came to be; the manifest it leads to does. What AI made stays that when others
 * edit it and sign; a capture is vouched for by its own signer alone, so nobody’s is taken over from below.
 */
function describe(
  active: CheckedManifest,
  bound: CheckedManifest | undefined,
  past: readonly CheckedManifest[],
): ActiveManifest {
  const content = bound ?? active
  const byAi = past.flatMap(sourcesOf).filter((type) => readDigitalSourceType(type).origin === 'ai')
  return {
    label: active.manifest.label,
    author: content.signer,
    generator: active.claim?.generator ?? null,
    title: active.claim?.title ?? content.claim?.title ?? null,
    digitalSourceTypes: [...byAi, ...sourcesOf(content)],
    record: readRecord(content),
  }
}

const sourcesOf = (checked: CheckedManifest) =>
  actionsOf(checked).flatMap(({ digitalSourceType }) => digitalSourceType ?? [])
