/** What signers write into a media segment: which one it is (C2PA A.5.4.1.2), or what a session key signed (C2PA 19.4.2). */
import type { Source } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import { type Box, noFlags } from './bmff.ts'
import { isManifestBox, purposeOf } from './bmff-manifest.ts'
import type { Fail } from './offset-map.ts'

/** Scheme and value of the `emsg` box that holds signed info. */
export const infoNames: Uint8Array = binaryBytes('urn:c2pa:verifiable-segment-info\0fseg\0')

/** What earlier signers wrote; a segment that holds more of theirs than that is not for us to take apart. */
export async function segmentMarks(source: Source, boxes: readonly Box[], fail: Fail): Promise<Box[]> {
  const marks: Box[] = []
  for (const box of boxes) {
    if (!isManifestBox(box) && box.type !== 'emsg') continue
    const head = await source.read(box.content, Math.min(box.end, box.content + 64))
    const isInfo = box.type === 'emsg' && Buffer.from(head).indexOf(infoNames) === noFlags.byteLength
    if (box.type === 'emsg' && !isInfo) continue
    const purpose = isInfo ? 'info' : purposeOf(head)
    if (purpose !== 'info' && purpose !== 'merkle')
      fail(`a C2PA box with the purpose ${JSON.stringify(purpose.slice(0, 20))}`)
    marks.push(box)
  }
  return marks
}
