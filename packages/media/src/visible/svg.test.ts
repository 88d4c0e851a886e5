import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, type VisibleLabel } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { nothingElse } from '../handler.test-kit.ts'
import { svgLabeller } from './svg.ts'

const label: VisibleLabel = { text: 'AI生成', position: 'bottom-right' }

async function labelled(text: string | Uint8Array, wish = label): Promise<string> {
  const { source } = await svgLabeller.apply(bytesSource(Buffer.from(text as string)), wish, nothingElse)
  return Buffer.from(await source.read(0, source.size)).toString()
}

const documents = {
  'with a viewBox': readFileSync(join(import.meta.dirname, '../../../../fixtures/drawing.svg'), 'utf8'),
  'with a size alone':
    '<svg xmlns="http://www.w3.org/2000/svg" width="300px" height="200"><path d="M0 0h300v200H0z" fill="#8ac"/></svg>',
  'with a prefix and an origin of its own':
    '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="-50 -50 4 3"><s:rect x="-50" y="-50" width="4" height="3"/></s:svg>',
  'with styles that want everything':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><style>path,rect{fill:#fa0}</style><rect width="400" height="300"/></svg>',
}

describe.each(Object.entries(documents))('a document %s', (_, before) => {
  test('keeps every byte, and the label is seen where it should be', async () => {
    for (const position of ['bottom-right', 'top-left'] as const) {
      const after = await labelled(before, { ...label, position })
      const added = /<(s:)?g role="img".*<\/\1g>(?=<\/(s:)?svg>)/s.exec(after)?.[0] ?? ''
      expect(after.replace(added, '')).toBe(before)
      expect(added).toContain('title>AI&#29983;&#25104;</')
      // The renderer knows an SVG by its name without a prefix.
      const plain = after.replace('xmlns:s=', 'xmlns=').replace(/(<\/?)s:/g, '$1')
      const large = await sharp(Buffer.from(plain), { density: 300 })
        .resize(900, 900, { fit: 'inside' })
        .png()
        .toBuffer()
      expect(await svgLabeller.look?.(bytesSource(large), nothingElse)).toMatchObject({
        state: 'present',
        text: 'AI生成',
        findings: [{ code: 'visible.look.present', data: { position } }],
      })
    }
  })
})

test.each([
  ['visible.content.unsupported', '<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>'],
  ['visible.content.unsupported', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'],
  ['visible.content.unsupported', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"><g></g></svg>'],
  ['input.damaged', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g></svg>'],
])('%s: %s', async (code, text) => {
  await expect(labelled(text)).rejects.toMatchObject({ code })
})
