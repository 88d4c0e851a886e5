/** A set of segments that is signed as a live video is (C2PA 19.4): by a key that is used for this set only. */
import { randomUUID } from 'node:crypto'
import { UsageError } from '@yinji/core'
import { createSession } from '@yinji/provenance'
import type { LabelJob } from './label-job.ts'
import { requireSigner } from './label-refusals.ts'

/** The same job with a key, which its manifest states. @throws UsageError without segments: nobody else could sign some later. */
export function liveJob(job: LabelJob): LabelJob {
  const { source, segments, options, identity, examine } = job
  if (segments === undefined) throw new UsageError('usage.segments.live', { name: source.name ?? '' })
  if (options.manifest === false) return job // which is refused with segments of any kind
  const { now } = examine
  const session = createSession(requireSigner(identity, now), { clock: () => now })
  const assertions = [...(options.assertions ?? []), session.statement]
  return { ...job, live: { session, uuid: randomUUID() }, options: { ...options, assertions } }
}
