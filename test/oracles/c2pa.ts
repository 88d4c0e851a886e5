/**
 * c2pa-rs, the reference implementation, as an independent judge of what we sign: version 0.91 (c2pa-wasm) for media,
 * 0.62 (toolkit) for text, whose containers it does not know and we find by the specification alone.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Container, findArmour, findOggStreams, findScripts, findTextWrappers } from './containers.ts'

export interface Judgement {
  /** `NoManifest` and `Error` when there was nothing to judge, or no way to. */
  readonly state: 'Trusted' | 'Valid' | 'Invalid' | 'NoManifest' | 'Error'
  /** C2PA status codes of the active manifest. */
  readonly failures: readonly string[]
  readonly successes: readonly string[]
  readonly informational: readonly string[]
  /** Failures of ingredients that were not recorded when they were taken in. */
  readonly ingredientFailures: readonly string[]
  readonly error?: string
  /** The manifest store as c2pa-rs reads it, its own JSON. */
  readonly store?: ManifestStore
}

export interface ManifestStore {
  readonly active_manifest: string
  readonly manifests: Readonly<Record<string, ManifestJson>>
}

export interface ManifestJson {
  readonly title?: string
  readonly assertions: readonly {
    readonly label: string
    readonly data: unknown
    readonly created?: boolean
  }[]
  readonly ingredients: readonly { readonly title?: string; readonly relationship: string }[]
}

interface Status {
  readonly code: string
}
interface StatusLists {
  readonly failure?: readonly Status[]
  readonly success?: readonly Status[]
  readonly informational?: readonly Status[]
}
interface ReadStore extends ManifestStore {
  readonly validation_state: 'Trusted' | 'Valid' | 'Invalid'
  readonly validation_results?: {
    readonly activeManifest?: StatusLists
    readonly ingredientDeltas?: readonly { readonly validationDeltas?: StatusLists }[]
  }
}

/** Purposes a claim signer may have; without this list c2pa-rs trusts nobody. */
const purposes = ['1.3.6.1.4.1.62558.2.1', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36'].join('\n')

/** What c2pa-rs says of a media file. Without anchor the best it can say is `Valid`. */
export async function judgeByC2pa(
  bytes: Uint8Array,
  mediaType: string,
  anchorPem?: string,
): Promise<Judgement> {
  try {
    const { store } = await readByC2pa(bytes, mediaType, anchorPem)
    return judgementOf(store)
  } catch (error) {
    return failed(error)
  }
}

/** What c2pa-rs says of one media segment and the initialization segment it belongs to. */
export async function judgeFragmentByC2pa(
  init: Uint8Array,
  fragment: Uint8Array,
  mediaType: string,
  anchorPem?: string,
): Promise<Judgement> {
  try {
    const wasm = await loadWasm()
    Object.assign(globalThis, { FileReaderSync: SynchronousReader })
    const [before, media] = [new SynchronousBlob(init), new SynchronousBlob(fragment)]
    const reader = await wasm.WasmReader.fromBlobFragment(mediaType, before, media, settingsFor(anchorPem))
    try {
      return judgementOf(JSON.parse(reader.json()))
    } finally {
      reader.free()
    }
  } catch (error) {
    return failed(error)
  }
}

/** c2pa-rs reads segments as workers in browsers do, by `FileReaderSync`, which Node has not. */
class SynchronousBlob extends Blob {
  readonly content: Uint8Array
  constructor(content: Uint8Array) {
    super([exactBuffer(content)])
    this.content = content
  }
  override slice(start?: number, end?: number): SynchronousBlob {
    return new SynchronousBlob(this.content.slice(start, end))
  }
}

class SynchronousReader {
  readAsArrayBuffer(blob: SynchronousBlob): ArrayBuffer {
    return exactBuffer(blob.content)
  }
}

/** What c2pa-rs says of a text, Markdown or HTML file with an embedded manifest; exactly one is expected. */
export async function judgeTextByC2pa(bytes: Uint8Array, anchorPem?: string): Promise<Judgement> {
  const containers = [...findTextWrappers(bytes), ...findScripts(bytes), ...findArmour(bytes)]
  return judgeContainers(containers, bytes, anchorPem)
}

/** What c2pa-rs says of an Ogg file with a stream that holds a manifest. */
export async function judgeOggByC2pa(bytes: Uint8Array, anchorPem?: string): Promise<Judgement> {
  return judgeContainers(findOggStreams(bytes), bytes, anchorPem)
}

async function judgeContainers(
  containers: readonly Container[],
  bytes: Uint8Array,
  anchorPem: string | undefined,
): Promise<Judgement> {
  const [container, ...others] = containers
  if (container === undefined || others.length > 0)
    return { ...nothing, state: container ? 'Error' : 'NoManifest', error: `${others.length + 1} containers` }
  const judgement = await judgePairByC2pa(container.store, bytes, 'text/plain', anchorPem)
  const excluded = await exclusionsOf(container.store)
  const expected = JSON.stringify([{ start: container.start, length: container.length }])
  if (excluded === expected || judgement.state === 'Error') return judgement
  const failure = `exclusions ${excluded} where the manifest stands at ${expected}`
  return { ...judgement, state: 'Invalid', failures: [...judgement.failures, failure] }
}

/** What c2pa-rs says of a manifest store and any asset beside it (a sidecar). */
export async function judgePairByC2pa(
  store: Uint8Array,
  asset: Uint8Array,
  mediaType: string,
  anchorPem?: string,
): Promise<Judgement> {
  try {
    const toolkit = await loadToolkit()
    const settings = {
      trust: { trust_anchors: anchorPem ?? '', trust_config: purposes },
      verify: { verify_trust: anchorPem !== undefined, remote_manifest_fetch: false },
    }
    const answer = await toolkit.getManifestStoreFromManifestAndAsset(
      exactBuffer(store),
      exactBuffer(asset),
      mediaType,
      JSON.stringify(settings),
    )
    const read = answer.manifest_store ?? answer
    const failures = (read.validation_status ?? []).map(({ code }) => code)
    const intact = anchorPem === undefined ? 'Valid' : 'Trusted'
    return { ...nothing, state: failures.length === 0 ? intact : 'Invalid', failures, store: read }
  } catch (error) {
    return failed(error)
  }
}

const nothing = { failures: [], successes: [], informational: [], ingredientFailures: [] } as const

export function failed(error: unknown): Judgement {
  const message = error instanceof Error ? error.message : String(error)
  const absent = /JumbfNotFound|no JUMBF data found/i.test(message)
  return { ...nothing, state: absent ? 'NoManifest' : 'Error', error: message }
}

export function judgementOf(store: ReadStore): Judgement {
  const active = store.validation_results?.activeManifest
  const deltas = store.validation_results?.ingredientDeltas ?? []
  const codes = (list: readonly Status[] | undefined) => (list ?? []).map(({ code }) => code)
  return {
    state: store.validation_state,
    failures: codes(active?.failure),
    successes: codes(active?.success),
    informational: codes(active?.informational),
    ingredientFailures: deltas.flatMap(({ validationDeltas }) => codes(validationDeltas?.failure)),
    store,
  }
}

export function settingsFor(anchorPem: string | undefined): string {
  return JSON.stringify({
    version: 1,
    trust: { user_anchors: anchorPem ?? null, trust_config: purposes },
    verify: {
      verify_after_reading: true,
      verify_trust: true,
      ocsp_fetch: false,
      remote_manifest_fetch: false,
    },
  })
}

async function readByC2pa(bytes: Uint8Array, mediaType: string, anchorPem: string | undefined) {
  const wasm = await loadWasm()
  const reader = await wasm.WasmReader.fromBytes(mediaType, bytes, settingsFor(anchorPem))
  try {
    const store: ReadStore = JSON.parse(reader.json())
    const crJson: CrJson = JSON.parse(reader.crJson())
    return { store, crJson }
  } finally {
    reader.free()
  }
}

/** The crJSON that c2pa-rs writes of a file. */
export async function crJsonByC2pa(
  bytes: Uint8Array,
  mediaType: string,
  anchorPem?: string,
): Promise<unknown> {
  return (await readByC2pa(bytes, mediaType, anchorPem)).crJson
}

interface CrJson {
  readonly manifests?: readonly {
    readonly assertions?: Readonly<Record<string, { readonly exclusions?: readonly unknown[] }>>
  }[]
}

/** Exclusions of the active manifest's data hash; c2pa-rs 0.62 does not compare them with the place of the manifest. */
async function exclusionsOf(store: Uint8Array): Promise<string> {
  const { crJson } = await readByC2pa(store, 'application/c2pa', undefined)
  const hash = crJson.manifests?.[0]?.assertions?.['c2pa.hash.data']
  const exclusions = (hash?.exclusions ?? []) as readonly { start: number; length: number }[]
  return JSON.stringify(exclusions.map(({ start, length }) => ({ start, length })))
}

let wasmLoaded: Promise<typeof import('@contentauth/c2pa-wasm')> | undefined

function loadWasm() {
  wasmLoaded ??= (async () => {
    const wasm = await import('@contentauth/c2pa-wasm')
    await wasm.default({
      module_or_path: readFileSync(resolved('@contentauth/c2pa-wasm', 'pkg/c2pa_bg.wasm')),
    })
    return wasm
  })()
  return wasmLoaded
}

interface PairToolkit {
  default(options: { module_or_path: Uint8Array }): Promise<unknown>
  getManifestStoreFromManifestAndAsset(
    store: ArrayBuffer,
    asset: ArrayBuffer,
    mediaType: string,
    settings: string,
  ): Promise<PairAnswer & { manifest_store?: PairAnswer }>
}
type PairAnswer = ManifestStore & { readonly validation_status?: readonly Status[] }

let toolkitLoaded: Promise<PairToolkit> | undefined

function loadToolkit() {
  toolkitLoaded ??= (async () => {
    const url = pathToFileURL(resolved('@contentauth/toolkit', 'pkg/toolkit.js')).href
    const toolkit: PairToolkit = await import(/* @vite-ignore */ url)
    await toolkit.default({
      module_or_path: readFileSync(resolved('@contentauth/toolkit', 'pkg/toolkit_bg.wasm')),
    })
    return toolkit
  })()
  return toolkitLoaded
}

function resolved(name: string, path: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path)
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
