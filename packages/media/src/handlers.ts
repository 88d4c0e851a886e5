/** The formats there are. Everything that lists or looks up formats is derived from this one list. */
import { detect, type MediaHandler, type Source } from '@yinji/core'
import { flac } from './audio/flac.ts'
import { m4a } from './audio/m4a.ts'
import { mp3 } from './audio/mp3.ts'
import { ogg } from './audio/ogg.ts'
import { adts, amr } from './audio/read-only.ts'
import { wav } from './audio/wav.ts'
import { epub } from './document/epub.ts'
import { html } from './document/html.ts'
import { odg, odp, ods, odt } from './document/odf.ts'
import { ofd } from './document/ofd.ts'
import { docx, pptx, xlsx } from './document/ooxml.ts'
import { pdf } from './document/pdf.ts'
import { readHead } from './head.ts'
import { bmp } from './image/bmp.ts'
import { gif } from './image/gif.ts'
import { avif, heic } from './image/heif.ts'
import { jp2 } from './image/jp2.ts'
import { jpeg } from './image/jpeg.ts'
import { jxl } from './image/jxl.ts'
import { png } from './image/png.ts'
import { psd } from './image/psd.ts'
import { svg } from './image/svg.ts'
import { tiff } from './image/tiff.ts'
import { webp } from './image/webp.ts'
import { markdown } from './text/markdown.ts'
import { text } from './text/plain.ts'
import { structuredHandlers } from './text/structured.ts'
import { avi } from './video/avi.ts'
import { flv } from './video/flv.ts'
import { matroska, webm } from './video/matroska.ts'
import { mov } from './video/mov.ts'
import { mp4 } from './video/mp4.ts'

/** In order of detection: formats with a signature first, then texts, which recognise nearly anything. */
export const defaultHandlers: readonly MediaHandler[] = [
  jpeg,
  png,
  webp,
  gif,
  svg,
  tiff,
  heic,
  avif,
  jxl,
  jp2,
  psd,
  bmp,
  mp4,
  mov,
  matroska,
  webm,
  avi,
  flv,
  m4a,
  mp3,
  wav,
  flac,
  ogg,
  adts,
  amr,
  pdf,
  docx,
  xlsx,
  pptx,
  epub,
  odt,
  ods,
  odp,
  odg,
  ofd,
  html,
  ...structuredHandlers,
  markdown,
  text,
]

/** The format of some content, told by its bytes; the name of the source only breaks ties. Undefined for one that is none of these. */
export async function handlerOf(
  source: Source,
  handlers: readonly MediaHandler[] = defaultHandlers,
): Promise<MediaHandler | undefined> {
  return source.size === 0 ? undefined : detect(handlers, await readHead(source), source.name)
}
