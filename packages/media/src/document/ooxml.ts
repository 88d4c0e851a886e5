/**
 * Office Open XML (ISO/IEC 29500, ECMA-376): Word, Excel and PowerPoint, their templates and macro-enabled forms. The
 * AIGC field is a custom document property (part 1, 15.2.12.2).
 */
import { inflateRawSync } from 'node:zlib'
import type { MediaHandler, VisibleLabeller } from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import { uint16le, uint32le } from '../carriers/integers.ts'
import { docxLabeller, pptxLabeller, xlsxLabeller } from '../visible/labellers.ts'
import { openOffice } from './ooxml-properties.ts'
import { isCompound, isZip, packageHandler } from './package.ts'

export const docx = office(
  'docx',
  'word',
  'wordprocessingml.document',
  ['docx', 'dotx', 'docm', 'dotm'],
  [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    'application/vnd.ms-word.document.macroEnabled.12',
  ],
  docxLabeller,
)
export const xlsx = office(
  'xlsx',
  'xl',
  'spreadsheetml.sheet',
  ['xlsx', 'xltx', 'xlsm', 'xltm', 'xlsb'],
  [
    'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
    'application/vnd.ms-excel.sheet.macroEnabled.12',
  ],
  xlsxLabeller,
)
export const pptx = office(
  'pptx',
  'ppt',
  'presentationml.presentation',
  ['pptx', 'potx', 'ppsx', 'pptm', 'potm', 'ppsm'],
  [
    'application/vnd.openxmlformats-officedocument.presentationml.template',
    'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
    'application/vnd.ms-powerpoint.presentation.macroEnabled.12',
  ],
  pptxLabeller,
)

function office(
  id: string,
  folder: string,
  type: string,
  extensions: readonly [string, ...string[]],
  others: readonly string[],
  visible?: VisibleLabeller,
): MediaHandler {
  return packageHandler({
    id,
    mediaTypes: [`application/vnd.openxmlformats-officedocument.${type}`, ...others],
    extensions,
    site: 'docProps/custom.xml AIGC',
    matches: (head, name = '') => {
      const named = extensions.includes(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
      if (!isZip(head)) return named && isCompound(head)
      const { folders, types } = glance(head)
      if (!types && !folders.some((seen) => packageFolders.has(seen))) return false
      const told = [...mainFolders].filter((each) => folders.includes(each) || types?.includes(`/${each}/`))
      return told.length > 0 ? told[0] === folder : named
    },
    open: openOffice,
    ...(visible && { visible }),
  })
}

const mainFolders = new Set(['word', 'xl', 'ppt'])
const packageFolders = new Set(['_rels', 'docProps', 'customXml', ...mainFolders])

/** First folders of the entries whose headers stand in the head, and the content types as far as they can be read. */
function glance(head: Uint8Array): { folders: string[]; types: string | undefined } {
  const text = binaryText(head)
  const folders: string[] = []
  let types: string | undefined
  for (let at = 0; at >= 0; at = text.indexOf('PK\x03\x04', at + 30)) {
    const nameEnd = at + 30 + uint16le(head, at + 26)
    const name = text.slice(at + 30, nameEnd)
    folders.push(name.slice(0, Math.max(0, name.indexOf('/'))))
    if (name === '[Content_Types].xml') {
      const start = nameEnd + uint16le(head, at + 28)
      const size = uint32le(head, at + 18)
      types = content(head.subarray(start, size > 0 ? start + size : undefined), uint16le(head, at + 8))
    }
  }
  return { folders, types }
}

function content(stored: Uint8Array, method: number): string {
  if (method === 0) return binaryText(stored)
  try {
    // The entry may be cut off by the end of the head; what comes before that is enough.
    return binaryText(inflateRawSync(stored, { finishFlush: 2, maxOutputLength: 256 * 1024 }))
  } catch {
    return ''
  }
}
