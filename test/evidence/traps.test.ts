/** What looks like a sign of AI and is none, what is hidden from a cursory look, and signs that contradict each other. */
import { writeFile } from 'node:fs/promises'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixturePath, fixtures } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import {
  jpegWith,
  pngChunk,
  pngText,
  pngWith,
  sefTrailer,
  segment,
  xmpPacket,
  xmpSegment,
} from '../helpers/traces.ts'
import { at, codes, comment, galaxy, ids, latin, settings, toolkit } from './signs.ts'

const ai = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
const capture = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture'
const typed = (value: string) => `<Iptc4xmpExt:DigitalSourceType>${value}</Iptc4xmpExt:DigitalSourceType>`

describe('traps', () => {
  test('genAIType 0 says that no AI was used', async () => {
    expect((await toolkit.verify(galaxy(0))).evidence).toEqual([])
  })

  test('a bare c2pa substring is no manifest', async () => {
    const words = 'c2pa jumbf urn:c2pa contentauth trainedAlgorithmicMedia'
    for (const content of [
      comment(latin(`ASCII\0\0\0${words}`)),
      jpegWith([segment(0xfe, words), segment(0xe5, words)]),
      pngWith([pngText('tEXt', 'Comment', words)], true),
    ]) {
      const report = await toolkit.verify(content)
      expect(report.evidence).toEqual([])
      expect(report.layers.manifest).toBe('absent')
    }
  })

  test('XMP megabytes into a file is found', async () => {
    const noise = Array.from({ length: 400 }, () => pngChunk('noIs', Buffer.alloc(16_000, 7)))
    const packet = pngText('iTXt', 'XML:com.adobe.xmp', xmpPacket(typed(ai)))
    const report = await toolkit.verify(pngWith([...noise, packet], true))
    expect(report).toMatchObject({ verdict: 'labeled', origin: { involvement: 'generated' } })
    const segments = Array.from({ length: 100 }, () => segment(0xed, Buffer.alloc(60_000, 7)))
    const jpeg = await toolkit.verify(jpegWith([...segments, xmpSegment(xmpPacket(typed(ai)))]))
    expect(ids(jpeg)).toEqual(['B iptc.digital-source-type'])
  })

  test('a manifest behind the media is found', async () => {
    await using own = createToolkit({ identity: await testIdentity() })
    const { content } = await own.label(fixtureBytes('clip.mp4'), {}, { visible: false, name: 'clip.mp4' })
    const start = Buffer.from(content).indexOf('uuid') - 4
    const size = Buffer.from(content).readUInt32BE(start)
    const moved = Buffer.concat([fixtureBytes('clip.mp4'), content.subarray(start, start + size)])
    const report = await own.verify(Uint8Array.from(moved))
    expect(report.layers.manifest).toBe('broken')
    expect(report.evidence).toContainEqual(
      expect.objectContaining({ id: 'c2pa.unverified', at: 'uuid C2PA' }),
    )
  })

  test('a trailer that points anywhere is read within bounds', async () => {
    const trailer = sefTrailer([[0x0d91, 'PEg_Info', '{"genAIType":5}']])
    for (let index = 0; index < trailer.byteLength; index++) {
      const bent = Uint8Array.from(trailer)
      bent[index] = 0xff
      await expect(toolkit.verify(jpegWith([], bent))).resolves.toBeDefined()
      await expect(toolkit.verify(jpegWith([], trailer.subarray(index)))).resolves.toBeDefined()
    }
  })

  test.each(fixtures().filter(({ verdict }) => verdict === 'unlabeled'))(
    '$path bears no sign',
    async ({ path }) => {
      const report = await toolkit.verify(fixturePath(path))
      expect(report.evidence).toEqual([])
      expect(report.origin).toBeNull()
    },
  )
})

describe('contradictions', () => {
  const both = (mark: string) => jpegWith([xmpSegment(xmpPacket(`${typed(capture)}${mark}`))])
  const credit = '<photoshop:Credit>Made with Google AI</photoshop:Credit>'

  test('a capture claim beside a trace is a conflict, and the trace is heard', async () => {
    const report = await toolkit.verify(both(credit))
    expect(codes(report)).toContain('metadata.origin.conflict')
    expect(report).toMatchObject({ verdict: 'unlabeled', origin: { involvement: 'suspected' } })
  })

  test('a capture claim beside a label is a conflict, and the label is heard', async () => {
    const field = '{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;doubao&quot;}'
    const report = await toolkit.verify(both(`<TC260:AIGC>${field}</TC260:AIGC>`))
    expect(codes(report)).toContain('metadata.origin.conflict')
    expect(report).toMatchObject({ verdict: 'labeled', origin: { involvement: 'declared' } })
  })

  test('a capture claim alone, or beside a hint, is none', async () => {
    const alone = await toolkit.verify(both(''))
    const hinted = await toolkit.verify(both('<xmp:CreatorTool>Midjourney</xmp:CreatorTool>'))
    for (const report of [alone, hinted]) {
      expect(codes(report)).not.toContain('metadata.origin.conflict')
      expect(report).toMatchObject({ verdict: 'unlabeled', origin: { involvement: 'capture' } })
    }
  })
})

describe('a second opinion', () => {
  test('says what was not read here, and changes no verdict', async () => {
    const path = at('late.pdf')
    await writeFile(path, fixtureBytes('photo.jpg'))
    const report = await toolkit.verify(path, { deep: true })
    expect(codes(report).filter((code) => code.startsWith('metadata.deep'))).toEqual([])
    const seen = await toolkit.verify(comment(latin(`ASCII\0\0\0${settings}`)), { deep: true })
    expect(ids(seen)).toEqual(['C sd-webui.user-comment'])
    expect(codes(seen)).not.toContain('metadata.deep.seen')
    const iim = Buffer.from(`\x1c\x02\x6e\0\x13Made with Google AI`, 'latin1')
    const size = Buffer.alloc(4)
    size.writeUInt32BE(iim.byteLength)
    const resource = Buffer.concat([Buffer.from('8BIM\x04\x04\0\0', 'latin1'), size, iim])
    const hidden = await toolkit.verify(jpegWith([segment(0xed, 'Photoshop 3.0\0', resource)]), {
      deep: true,
    })
    expect(hidden.findings).toContainEqual(
      expect.objectContaining({ code: 'metadata.deep.seen', data: { tag: 'Credit', what: 'Google AI' } }),
    )
    expect(hidden.verdict).toBe('unlabeled')
  })
})
