/** The composition root: formats, identity and trust come together here. */
import type { MediaHandler } from '@yinji/core'
import { defaultHandlers, readBy, SecondReader } from '@yinji/media'
import { createRevocation, createTrust } from '@yinji/provenance'
import { label, type Shared, update, verify, watch } from './calls.ts'
import { examiner } from './examine-online.ts'
import { inspectionOf } from './inspect.ts'
import { startLive } from './live.ts'
import { createOnline } from './online.ts'
import { createAsking } from './staple.ts'
import type { Format, Input, LabelOptions, LabelRecord, Toolkit, ToolkitOptions } from './types.ts'
import type { UpdateOptions, UpdateStatement } from './update-types.ts'
import type { VerifyOptions } from './verify-types.ts'
import { version } from './version.ts'
import { startRanges } from './watch-ranges.ts'

/** Makes a toolkit. Cheap to make, safe to share, meant to be kept: it remembers certificates it has checked. */
export function createToolkit(options: ToolkitOptions = {}): Toolkit {
  const shared = share(options)
  const { identity, handlers, now, generator, settings, examineOnline } = shared
  const running = new Set<Promise<unknown>>()
  function track<T>(job: Promise<T>): Promise<T> {
    running.add(job)
    const done = () => running.delete(job)
    job.then(done, done)
    return job
  }
  return {
    update: (input: Input, statement?: UpdateStatement, call?: UpdateOptions) =>
      track(update(shared, input, statement, call)),
    label: (input: Input, record?: LabelRecord, call?: LabelOptions) =>
      track(label(shared, input, record, call)),
    live: (init, record = {}, call = {}) =>
      track(
        startLive(init, record, call, {
          identity,
          handlers,
          clock: now,
          generator,
          label: (...words) => label(shared, ...words, true),
        }),
      ),
    watch: (input, call = {}) => track(watch(shared, input, call)),
    watchRanges: (input, call = {}) =>
      track(
        startRanges({
          input,
          name: call.name,
          examining: { remote: call.remote, ...settings(call) },
          examineOnline,
        }),
      ),
    verify: (input, call = {}) => track(verify(shared, input, call, (report) => report)),
    inspect: (input, call = {}) =>
      track(verify(shared, input, call, (report, examination) => inspectionOf(report, examination, now()))),
    formats: () => handlers.map(formatOf),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(running)
      await shared.secondReader[Symbol.asyncDispose]()
    },
  }
}

function share(options: ToolkitOptions): Shared {
  const { identity, ffmpeg, store } = options
  const handlers = options.handlers ?? defaultHandlers
  const trustIn = trusting(options)
  const trust = trustIn()
  const revocation = options.revocation ?? createRevocation()
  const now = options.clock ?? (() => new Date())
  return {
    identity,
    ffmpeg,
    handlers,
    generator: { name: 'Yinji', version },
    now,
    settings: (call) => ({
      handlers,
      trust: call.trust?.length ? trustIn(call.trust) : trust,
      now: now(),
      revocation,
      known: store && { statusOf: store.statusOf, ...store.known },
      certificates: options.certificates,
      signal: call.signal,
    }),
    examineOnline: examiner(revocation, options.online && createOnline(revocation, options.online)),
    ask: createAsking(options.online ?? {}),
    secondReader: new SecondReader(),
  }
}

/** Whom to believe: those of the toolkit, and those that one call names. */
function trusting({ identity, store, ...options }: ToolkitOptions) {
  const anchors = [
    ...(options.trust ?? (identity?.anchor ? [identity.anchor] : [])),
    ...(store?.anchors ?? []),
  ]
  return (more: VerifyOptions['trust'] = []) =>
    createTrust({
      anchors: [...anchors, ...more],
      pins: store?.certificates,
      usages: options.usages ?? store?.usages,
      timestampAnchors: [...(options.timestampTrust ?? []), ...(store?.timestampAnchors ?? [])],
      identityAnchors: [...(options.identityTrust ?? []), ...(store?.identityAnchors ?? [])],
    })
}

function formatOf({
  id,
  medium,
  mediaTypes,
  extensions,
  slots,
  visible,
  instead,
  remux,
}: MediaHandler): Format {
  return {
    id,
    medium,
    mediaTypes,
    extensions,
    aigc: slots.aigc ?? null,
    xmp: slots.xmp ?? null,
    manifest: slots.manifest?.place ?? null,
    binding: slots.manifest?.binding ?? null,
    visible: visible?.how ?? null,
    needs: visible?.needs ?? null,
    instead: instead ?? null,
    readBy: readBy.get(id) ?? [],
    remux: remux?.extension ?? null,
  }
}
