/**
 * Further pictures and films that a JPEG says stand where its manifest does. No hash covers that, so that they could be replaced;
 * whoever made the file before it was signed may have let an index lead there.
 */
import type { FoundManifest } from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import { isMpf, mpfHeader, mpfPictures } from '../carriers/jpeg-mpf.ts'
import { app2, type Segment } from '../carriers/jpeg-segments.ts'
import { xmpSites } from './jpeg-sites.ts'

/** Where they are, in words. @param size of the file */
export function hiddenIn({ excluded }: FoundManifest, segments: readonly Segment[], size: number): string[] {
  const end = excluded.start + excluded.length
  const pictures = segments
    .filter(({ marker, data }) => marker === app2 && isMpf(data))
    .flatMap((segment) => {
      const base = segment.start + 4 + mpfHeader
      return mpfPictures(segment.data).map((one) => {
        const start = (base + one.start) % 2 ** 32 // readers that count in 32 bits get back to the beginning
        return { start, end: start + one.end - one.start }
      })
    })
    .filter((picture) => picture.start < end && picture.end > excluded.start)
  const films = lengthsIn(segments)
    .map((length) => size - length)
    .filter((start) => start > excluded.start && start < end)
  return [...pictures.map(({ start }) => `MPF ${start}`), ...films.map((start) => `XMP ${start}`)]
}

/**
 * How long before the end something begins, as cameras write it down: a film by the length of all that comes last
 * (`GCamera:MicroVideoOffset`), or one thing behind the other by the length of each (`Container:Directory`).
 */
function lengthsIn(segments: readonly Segment[]): number[] {
  return xmpSites(segments).flatMap(({ packet }) => {
    const text = binaryText(packet)
    const all = [...text.matchAll(/:(?:MicroVideoOffset|Length)\s*(?:=\s*["']|>)\s*(\d{1,15})/g)]
    let behind = 0
    return all.reverse().flatMap(([, digits]) => {
      behind += Number(digits)
      return [Number(digits), behind]
    })
  })
}
