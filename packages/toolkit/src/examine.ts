/** Reads every layer of one file: what `verify`, `inspect` and the look before labelling have in common. */
import { createHash } from 'node:crypto'
import {
  aigcKeys,
  chunksOf,
  type Finding,
  type Found,
  finding,
  judge,
  layerState,
  layers,
  type MediaHandler,
  type Report,
  reportVersion,
  type Source,
  throwIfAborted,
} from '@yinji/core'
import { handlerOf, opaque } from '@yinji/media'
import {
  type Certificate,
  type MediaPieces,
  type PieceWatch,
  type Revocation,
  type SecurityContext,
  type Trust,
  type Validation,
  validateManifest,
} from '@yinji/provenance'
import { type Evidence, readEvidence } from './evidence.ts'
import { originOf } from './origin.ts'
import { remoteManifest } from './remote.ts'
import { checkSecurity, noSecurity, type Security } from './security.ts'
import type { Sidecar } from './sidecar.ts'
import { type Signs, signsOf } from './signs.ts'
import type { TrustStore } from './trust-view.ts'
import type { RemoteOptions } from './verify-types.ts'

export interface Examination {
  readonly handler: MediaHandler | undefined
  /** What stands in the file; its manifest may stand beside it. */
  readonly found: Found | undefined
  /** The manifest beside the file, when it is the one that counts. */
  readonly sidecar: Sidecar | undefined
  readonly evidence: Evidence
  readonly signs: Signs
  /** What the label’s security codes prove. */
  readonly security: Security
  readonly validation: Validation | undefined
  readonly findings: readonly Finding[]
}

export interface ExamineOptions {
  readonly handlers: readonly MediaHandler[]
  readonly trust: Trust
  readonly now: Date
  /** Whether certificates have been taken back. */
  readonly revocation?: Revocation | undefined
  /** Keys and certificates known from elsewhere, for the security data of labels. */
  readonly known?: (TrustStore['known'] & Pick<TrustStore, 'statusOf'>) | undefined
  /** Certificates that are at hand, for security data that only names them. */
  readonly certificates?: readonly Certificate[] | undefined
  /** The manifest beside the file, if there is one. */
  readonly sidecar?: Sidecar | undefined
  /** Whether a manifest is to be put beside the file. */
  readonly beside?: boolean | undefined
  /** From where manifests may be fetched. */
  readonly remote?: RemoteOptions | undefined
  /** Whether a report follows, which has the SHA-256 of the file: it can come out of the manifest's read. */
  readonly assetSha256?: boolean | undefined
  /** Media segments that the source is the beginning of. */
  readonly fragments?: AsyncIterable<Source> | undefined
  /** Who is told of each of them as it comes. */
  readonly watch?: PieceWatch | undefined
  /** The media are not at hand; who is told can check pieces of them later. */
  readonly later?: ((pieces: MediaPieces) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The handler for these bytes, and what can be said without one.
 * @param beside whether a manifest beside the file speaks, or is to speak, for content of any kind
 */
export async function identify(source: Source, handlers: readonly MediaHandler[], beside: boolean) {
  const known = await handlerOf(source, handlers)
  const handler = known ?? (beside && source.size > 0 ? opaque : undefined)
  const findings: Finding[] = []
  if (source.size === 0) findings.push(finding('asset.empty'))
  else if (handler === undefined) findings.push(await unreadable(source))
  else {
    const extension = /\.([0-9A-Za-z]+)$/.exec(source.name ?? '')?.[1]?.toLowerCase()
    const belongs = (other: MediaHandler) => extension !== undefined && other.extensions.includes(extension)
    if (!belongs(handler) && handlers.some(belongs))
      findings.push(
        finding('asset.extension.mismatch', { data: { extension, actual: handler.mediaTypes[0] } }),
      )
  }
  return { handler, findings }
}

async function unreadable(source: Source): Promise<Finding> {
  const head = Buffer.from(await source.read(0, 32)).toString('latin1')
  const isStore = /^.{4}jumb.{4}jumdc2pa/s.test(head) // C2PA 11.1.4
  return isStore
    ? finding('asset.manifest.alone', { data: { name: source.name ?? 'NAME.c2pa' } })
    : finding('asset.type.unsupported')
}

export async function examine(source: Source, options: ExamineOptions): Promise<Examination> {
  const beside = options.beside === true || options.sidecar?.manifest !== undefined
  const { handler, findings } = await identify(source, options.handlers, beside)
  const inside = await handler?.read(source)
  throwIfAborted(options.signal)
  const elsewhere = async () => inside && remoteManifest(inside, options.remote, options.signal)
  const sidecar = inside?.manifest ? undefined : (options.sidecar ?? (await elsewhere()))
  const manifest = inside?.manifest ?? sidecar?.manifest
  const evidence = inside ? readEvidence(inside) : noEvidence
  const validation =
    manifest &&
    (await validateManifest({
      found: manifest,
      source,
      fragments: options.fragments,
      watch: options.watch,
      later: options.later,
      trust: options.trust,
      now: options.now,
      revocation: options.revocation,
      assetSha256: options.assetSha256,
      signal: options.signal,
    }))
  const found = inside && manifest ? Object.assign({}, inside, { manifest }) : inside
  const security =
    handler && evidence.label && !options.later // it is over all of the content
      ? await checkSecurity(evidence.label, handler, source, contextOf(options, validation), options.signal)
      : noSecurity
  const signs = handler && found ? signsOf(handler, found, evidence, validation) : noSigns
  return {
    handler,
    found,
    sidecar,
    evidence,
    signs,
    security,
    validation,
    findings: [
      ...findings,
      ...evidence.findings,
      ...signs.findings,
      ...aboutSidecar(options.sidecar ?? sidecar, sidecar),
      ...(validation?.findings ?? []),
      ...security.findings,
      ...aboutProviders(evidence, validation, options),
      ...(validation ? compareLayers(evidence, validation) : []),
    ],
  }
}

/** For the security data of labels, the manifest tells the time, and may have a certificate. */
function contextOf(options: ExamineOptions, validation: Validation | undefined): SecurityContext {
  const { known, trust, now, revocation, certificates = [] } = options
  const there = [...certificates, ...(known?.certificates ?? []), ...(validation?.certificates ?? [])]
  return { trust, now, revocation, stamped: validation?.stamped, ...known, certificates: there }
}

function aboutSidecar(there: Sidecar | undefined, used: Sidecar | undefined): Finding[] {
  if (there === undefined) return []
  const facts = { at: there.name, data: { name: there.name } }
  if (used === undefined) return [finding('sidecar.manifest.ignored', facts)]
  return [there.problem ?? finding('sidecar.manifest.present', facts)]
}

const noEvidence: Evidence = { label: null, site: null, sources: [], properties: new Map(), findings: [] }
const noSigns: Signs = { items: [], findings: [] }

/** What a list in the trust store says of those whom the file names. */
function aboutProviders(
  { label }: Evidence,
  validation: Validation | undefined,
  { known, now }: ExamineOptions,
): Finding[] {
  const named = [label?.ContentProducer, label?.ContentPropagator, validation?.signer?.providerCode]
  return [...new Set(named)].flatMap((provider) => {
    const status = provider ? known?.statusOf(provider, now) : undefined
    if (status === undefined || status === 'active') return []
    return [finding(`security.provider.${status}`, { data: { provider } })]
  })
}

/** Where the unsigned label and the signed manifest speak of the same thing, they must say the same. */
function compareLayers(evidence: Evidence, validation: Validation): Finding[] {
  const findings: Finding[] = []
  const { label } = evidence
  const record = validation.active?.record
  if (record?.explicit)
    findings.push(finding('visible.claim.present', { data: { text: record.explicit.text } }))
  if (label === null) return findings
  const key = record && aigcKeys.find((name) => record.aigc[name] !== label[name])
  if (key) findings.push(finding('metadata.record.disagree', { data: { key } }))
  const code = (validation.active?.author ?? validation.signer)?.providerCode
  if (code && label.ContentProducer !== code && label.ContentPropagator !== code)
    findings.push(
      finding('metadata.provider.disagree', {
        data: { certificate: code, label: label.ContentProducer ?? label.ContentPropagator ?? '?' },
      }),
    )
  return findings
}

/** Puts an examination into the words of the report. */
export async function reportOf(
  source: Source,
  examination: Examination,
  signal?: AbortSignal,
): Promise<Report> {
  const { handler, found, evidence, signs, validation, findings } = examination
  return {
    schema: reportVersion,
    asset: {
      name: source.name ?? null,
      bytes: source.size,
      sha256: validation?.assetSha256 ?? (await sha256Of(source, signal)),
      mediaType: handler?.mediaTypes[0] ?? null,
      handler: handler?.id ?? null,
    },
    verdict: judge(findings),
    origin: originOf({
      evidence,
      items: signs.items,
      active: validation?.active ?? null,
      visible: found?.visible,
    }),
    evidence: [...signs.items],
    layers: Object.fromEntries(
      layers.filter((layer) => layer !== 'asset').map((layer) => [layer, layerState(layer, findings)]),
    ) as Report['layers'],
    label: evidence.label && Object.fromEntries(Object.entries(evidence.label)),
    signer: validation?.signer ?? null,
    identities: [...(validation?.identities ?? [])],
    history: [...(validation?.history ?? [])],
    findings: [...findings],
  }
}

async function sha256Of(source: Source, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(source, 0, source.size)) {
    throwIfAborted(signal)
    hash.update(chunk)
  }
  return hash.digest('hex')
}
