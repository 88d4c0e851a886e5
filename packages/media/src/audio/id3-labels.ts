/**
 * The labels in ID3v2 tags: user text named `AIGC` (TC260-PG-202510A), C2PA manifests in encapsulated objects
 * (C2PA A.3.4), XMP in Adobe's private frame (XMP specification part 3, 2.5.2).
 */
import {
  type Edit,
  type Finding,
  type Found,
  type FoundLabel,
  type FoundManifest,
  type FoundProperty,
  limits,
} from '@yinji/core'
import { severalStores, storeFindings } from '../carriers/faults.ts'
import type { Id3Frame, Id3Tag } from '../carriers/id3.ts'
import { encapsulatedObject, privateData, userText, writePrivate } from '../carriers/id3-frames.ts'
import { namedText } from '../carriers/id3-texts.ts'
import { reducedTagParts, tagParts } from '../carriers/id3-write.ts'
import type { Replacement } from '../carriers/replacements.ts'
import { readXmp } from '../carriers/xmp.ts'
import { clearXmp } from '../carriers/xmp-merge.ts'

/** The second is what C2PA tools wrote until 2025. */
const manifestTypes = ['application/c2pa', 'application/x-c2pa-manifest-store']

/** Everything the tags say, in order. Only the first tag is where a label belongs. */
export function readTags(tags: readonly Id3Tag[]): Found {
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  const findings: Finding[] = []
  const manifests: FoundManifest[] = []
  for (const [index, tag] of tags.entries()) {
    const site = index === 0 ? 'ID3v2' : `ID3v2 #${index + 1}`
    for (const frame of tag.frames) {
      const label = userText(tag.version, frame)
      if (label !== undefined && isAigc(label.description)) {
        const standard = index === 0 && label.description === 'AIGC'
        labels.push({ site: `${site} TXXX ${label.description}`, standard, value: label.value })
      } else if (properties.length < limits.evidenceTexts) {
        const text = namedText(tag.version, frame)
        if (text !== undefined) properties.push({ site, ...text })
      }
      const manifest = readManifest(tag, frame, site)
      if (manifest !== undefined) manifests.push(manifest)
      const packet = privateData(tag.version, frame, 'XMP')
      if (packet === undefined) continue
      const xmp = readXmp(packet, `${site} PRIV XMP`, false)
      labels.push(...xmp.labels)
      properties.push(...xmp.properties)
      findings.push(...xmp.findings)
    }
  }
  const [manifest, second] = manifests
  if (second !== undefined) findings.push(...storeFindings(second.site, severalStores))
  return { labels, properties, findings, ...(manifest === undefined ? {} : { manifest }) }
}

const isAigc = (description: string) => description.trim().toUpperCase() === 'AIGC'

function readManifest(tag: Id3Tag, frame: Id3Frame, site: string): FoundManifest | undefined {
  const found = encapsulatedObject(tag.version, frame)
  if (found === undefined || !manifestTypes.includes(found.mimeType.toLowerCase())) return undefined
  const verbatim = frame.at !== undefined && found.offset !== undefined
  const excluded = verbatim
    ? { start: frame.at + found.offset, length: found.object.byteLength }
    : // Not one run of bytes in the file: no exclusion a writer could have meant.
      { start: tag.at, length: tag.size }
  return { site: `${site} GEOB`, store: found.object, excluded, binding: 'data' }
}

/**
 * The tags of a file as they become: the manifest in the first one, and `put`, the AIGC field, where that is its slot.
 * Other tags only lose what must stand in the first one.
 */
export function tagChanges(
  { tags: [first, ...others], appended }: { tags: readonly Id3Tag[]; appended?: Id3Tag },
  edit: Pick<Edit, 'aigc' | 'xmp' | 'room'> & { readonly put: string | undefined },
): Replacement[] {
  const frames = first === undefined ? [] : keptFrames(first, edit)
  const contents = { frames, aigc: edit.put, room: edit.room }
  const changes: Replacement[] = [{ start: 0, end: first?.size ?? 0, parts: tagParts(first, contents) }]
  for (const tag of appended === undefined ? others : [...others, appended]) {
    const kept = keptFrames(tag, edit)
    if (kept.length < tag.frames.length || kept.some((frame, index) => frame !== tag.frames[index]))
      changes.push({ start: tag.at, end: tag.at + tag.size, parts: reducedTagParts(tag, kept) })
  }
  return changes
}

/** The frames that stay when a manifest is left out and, if a new label is coming, the old ones as well. */
export function keptFrames(tag: Id3Tag, edit: Pick<Edit, 'aigc' | 'xmp'>): Id3Frame[] {
  return tag.frames.flatMap((frame) => {
    if (readManifest(tag, frame, '') !== undefined) return []
    const label = userText(tag.version, frame)
    if (edit.aigc !== undefined && label !== undefined && isAigc(label.description)) return []
    const packet = privateData(tag.version, frame, 'XMP')
    const cleared = packet && clearXmp(packet, edit)
    return [
      cleared === undefined
        ? frame
        : { id: 'PRIV', flags: 0, bytes: writePrivate(tag.version, 'XMP', cleared) },
    ]
  })
}
