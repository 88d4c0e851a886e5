/**
 * Plain text: no place for the AIGC field. The explicit label is its first line, the manifest an invisible run of
 * variation selectors at its end (C2PA A.8), bound to the NFC form of everything else.
 */
import {
  copy,
  type Edit,
  type Found,
  type MediaHandler,
  type Part,
  type Source,
  type Splice,
} from '@yinji/core'
import { together } from '../carriers/found.ts'
import { partsOf } from '../carriers/replacements.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { plainTextLabeller } from '../visible/text.ts'
import { foundInText, isStructured, type Range, readText, requireText, without } from './document.ts'
import { bomLength, looksLikeText } from './encoding.ts'
import { firstLine, labelIn, lastLine } from './label-line.ts'
import { findManifests, wrapperSite } from './manifests.ts'
import { wrapperLength, wrapStore } from './wrapper.ts'

export const text: MediaHandler = {
  id: 'text',
  medium: 'text',
  mediaTypes: ['text/plain'],
  extensions: ['txt', 'text'],
  slots: { manifest: { place: wrapperSite, binding: 'text' } },
  matches: (head, name) => looksLikeText(head) && !isStructured(head, name),
  read,
  splice,
  update: (source, store) => updateInPlace(text, source, store.byteLength),
  visible: plainTextLabeller,
}

async function read(source: Source): Promise<Found> {
  const whole = await readText(source)
  if (whole.text === undefined) return together([whole])
  const manifests = findManifests(whole.text)
  return foundInText(whole, manifests, visibleLabel(whole.text, manifests.ranges))
}

/** 5.1: at the start or at the end. What stands beside manifests is looked at, the manifests are not. */
function visibleLabel(content: Buffer, ranges: readonly Range[]): string | undefined {
  const bare = without(content, ranges)
  const start = bomLength(bare)
  return (
    labelIn(bare, firstLine(bare, start, bare.byteLength)) ??
    labelIn(bare, lastLine(bare, start, bare.byteLength))
  )
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const content = await requireText(source)
  const dropped = findManifests(content).ranges.map((range) => ({ parts: [], ...range }))
  const parts: Part[] = partsOf(content.byteLength, dropped)
  if (edit.room === 0) return { parts: parts.length === 0 ? [copy(0, 0)] : parts }
  const room: Part = { kind: 'room', length: wrapperLength(edit.room), embed: wrapStore }
  return { parts: [...parts, room], binding: { kind: 'text' } }
}
