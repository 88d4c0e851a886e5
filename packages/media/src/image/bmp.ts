/**
 * Windows bitmaps: no place for a label, a property or a manifest. Recognised so that they are called by their name; a
 * manifest beside the file can vouch for them.
 */
import type { MediaHandler } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damageFindings } from '../carriers/faults.ts'
import { uint32le } from '../carriers/integers.ts'

/** `BM`, size of the file, four reserved bytes, offset of the pixels, size of the header that follows. */
const headerSize = 14

export const bmp: MediaHandler = {
  id: 'bmp',
  medium: 'image',
  mediaTypes: ['image/bmp', 'image/x-ms-bmp'],
  extensions: ['bmp', 'dib'],
  slots: {},
  matches: (head) =>
    hasAscii(head, 'BM') && uint32le(head, headerSize) >= 12 && uint32le(head, headerSize) <= 124,
  async read(source) {
    const pixels = uint32le(await source.read(0, headerSize), 10)
    const what = pixels >= source.size ? 'the pixels are missing' : undefined
    return {
      labels: [],
      properties: [],
      findings: damageFindings(what),
    }
  },
  splice: async (source) => ({ parts: [{ kind: 'copy', start: 0, end: source.size }] }),
}
