/** Live video (C2PA 19): what is said of an initialization segment and of the segments that were given with it. */

import type { CheckedManifest } from '../checked-manifest.ts'
import type { Compared, Content } from '../content/binding.ts'
import { contentFound } from '../content/piece-ledger.ts'
import type { Log } from '../log.ts'
import { manifestUri } from '../uri.ts'
import { sessionKeysLabel } from './session-keys.ts'
import { Stream } from './stream.ts'

/** Segments follow, whose keys are here. */
export const announcesSegments = ({ assertions }: CheckedManifest) =>
  assertions.some(({ base }) => base === sessionKeysLabel)

/**
 * @param init its manifest
 * @param compare holds the initialization segment against it
 */
export async function checkLive(
  init: CheckedManifest,
  content: Content & { readonly fragments: NonNullable<Content['fragments']> },
  compare: () => Promise<Compared>,
  log: Log,
): Promise<Compared> {
  const own = await compare()
  const stream = new Stream(init, content, log)
  const beginning = await stream.begin()
  content.watch?.begun([...contentFound(own.outcome), ...beginning])
  const holds = await stream.takeAll(content.fragments)
  if (!stream.live) {
    log.report('manifest.fragment.unbound', { at: manifestUri(init.manifest.label) })
    return { outcome: 'unchecked', sha256: undefined }
  }
  if (stream.empty) log.report('manifest.fragment.absent', { at: manifestUri(init.manifest.label) })
  return holds || own.outcome !== 'match' ? own : { ...own, flawed: true }
}
