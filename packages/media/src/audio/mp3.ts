/**
 * MP3: the AIGC field as ID3v2 user text (`TXXX`, description `AIGC`; TC260-PG-202510A), the manifest as an
 * encapsulated object (`GEOB`; C2PA A.3.4), both in the first tag of the file.
 */
import type { Edit, Found, MediaHandler, Source, Splice } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damagedInput, damageFindings, trailingFindings } from '../carriers/faults.ts'
import { id3Header } from '../carriers/id3.ts'
import { partsOf } from '../carriers/replacements.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { mp3Labeller } from '../visible/audio/labeller.ts'
import { readTags, tagChanges } from './id3-labels.ts'
import { mp3Layout } from './mp3-layout.ts'
import { findFrames, mpegFrame } from './mpeg.ts'

export const mp3: MediaHandler = {
  id: 'mp3',
  medium: 'audio',
  mediaTypes: ['audio/mpeg', 'audio/mp3'],
  extensions: ['mp3'],
  slots: { aigc: 'ID3v2 TXXX AIGC', manifest: { place: 'ID3v2 GEOB', binding: 'data', fixed: true } },
  matches,
  read,
  splice,
  update: (source, store) => updateWithin(mp3, source, store.byteLength),
  visible: mp3Labeller,
}

/** Names of the other formats that taggers put an ID3v2 tag in front of. */
const othersWithId3 = /\.(aac|flac|aiff?|wav|ape|tta|mpc|wv|ogg|opus|m4a|mp4)$/i

function matches(head: Uint8Array, name = ''): boolean {
  let at = 0
  for (let tag = id3Header(head); tag !== undefined; tag = id3Header(head, at)) at += tag.size
  // Two consistent frames from the very start, or a single one that is the whole file.
  if (at === 0) return head[0] === 0xff && findFrames(head, 0, 2) === 0
  // Where the tag is longer than the head (cover art), only the name is left to tell.
  if (at + 4 > head.byteLength) return !othersWithId3.test(name)
  if (isAdts(head, at) || hasAscii(head, 'fLaC', at)) return false
  return mpegFrame(head, at) !== undefined || findFrames(head, at, 2) !== undefined
}

/** AAC in ADTS shares the sync word; its layer bits are 00. */
const isAdts = (head: Uint8Array, at: number) => head[at] === 0xff && ((head[at + 1] ?? 0) & 0xf6) === 0xf0

async function read(source: Source): Promise<Found> {
  const layout = await mp3Layout(source)
  const found = readTags(layout.appended === undefined ? layout.tags : [...layout.tags, layout.appended])
  const about = [...damageFindings(layout.damage), ...trailingFindings(layout.trailing)]
  return { ...found, findings: [...found.findings, ...about] }
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const layout = await mp3Layout(source)
  if (layout.damage !== undefined) throw damagedInput(source, layout.damage)
  const changes = tagChanges(layout, { put: edit.aigc, ...edit })
  const parts = partsOf(source.size, changes)
  return { parts, ...(edit.room === 0 ? {} : { binding: { kind: 'data' } }) }
}
