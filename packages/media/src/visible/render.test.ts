import { positions } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { place, renderLabel } from './render.ts'

/** Heights of the runs of rows with white ink in a range of columns, on a black ground. */
async function inkOf(png: Buffer): Promise<{ rows: number; share: number }> {
  const { data, info } = await sharp(png)
    .flatten({ background: '#000' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const rows = new Set<number>()
  let inked = 0
  for (const [index, value] of data.entries()) {
    if (value < 128) continue
    rows.add(Math.floor(index / info.width))
    inked++
  }
  return { rows: rows.size, share: inked / data.length }
}

describe('size', () => {
  test.each([
    [640, 480],
    [4000, 300],
    [300, 4000],
    [8000, 6000],
    [64, 64],
    [32, 32],
    [1920, 1080],
  ])(
    'in a picture of %i×%i the letters are at least a twentieth of the shortest side',
    async (width, height) => {
      const least = Math.min(width, height) * 0.05
      // A and I are the smallest characters of the wording; a label of nothing but them and 生成 has ideographs above.
      const label = await renderLabel('AI生成', { width, height })
      expect(label.glyphHeight).toBeGreaterThanOrEqual(least)
      expect(label.width).toBeLessThanOrEqual(width)
      const { left, width: letter } = { left: 0, width: Math.floor(label.width * 0.42) }
      const a = await sharp(label.png)
        .extract({ left, top: 0, width: letter, height: label.height })
        .png()
        .toBuffer()
      expect((await inkOf(a)).rows).toBeGreaterThanOrEqual(least)
    },
  )

  test('small pictures get letters that can be read, not the 4 pixels that would be enough', async () => {
    expect((await renderLabel('AI生成', { width: 64, height: 64 })).glyphHeight).toBe(11)
  })

  test('every glyph is drawn whole at every size', async () => {
    const reference = (await inkOf((await renderLabel('AI生成', { width: 2000, height: 2000 })).png)).share
    for (let side = 220; side < 1000; side += 20) {
      const { png } = await renderLabel('AI生成', { width: side, height: side })
      const { share } = await inkOf(png)
      expect(share / reference, `${side} px`).toBeGreaterThan(0.75)
    }
  })

  test('where pixels are twice as wide as high, the label is half as wide', async () => {
    const square = await renderLabel('AI生成', { width: 1440, height: 576 })
    const wide = await renderLabel('AI生成', { width: 720, height: 576, pixelAspect: 2 })
    expect(wide.height).toBe(square.height)
    expect(wide.width).toBeCloseTo(square.width / 2, -1)
    expect((await sharp(wide.png).metadata()).width).toBe(wide.width)
  })
})

test.each(['#000000', '#ffffff', '#ff0000', '#ffff00', '#7f7f7f', '#00ffff'])(
  'white can be read on %s',
  async (ground) => {
    const { png, width, height } = await renderLabel('AI生成', { width: 800, height: 600 })
    const picture = sharp({ create: { width, height, channels: 3, background: ground } }).composite([
      { input: png },
    ])
    const { data } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const plate = luminance(data.subarray((Math.floor(height / 2) * width + 6) * 3))
    expect(1.05 / (plate + 0.05)).toBeGreaterThan(4.5)
  },
)

/** WCAG 2 relative luminance. */
function luminance([red = 0, green = 0, blue = 0]: Uint8Array): number {
  const linear = [red, green, blue].map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0)
}

describe('refusals', () => {
  test.each([
    ['生成', 'visible.text.wording'],
    ['AI', 'visible.text.wording'],
    ['AI-generated', 'visible.text.wording'],
    ['AI生成 龘鬱', 'visible.glyph.missing'],
    ['AI生成\n', 'visible.glyph.missing'],
    ['本图片由人工智能生成合成技术生成，内容仅供参考，请注意谨慎辨别', 'visible.space.missing'],
  ])('“%s”: %s', async (text, code) => {
    await expect(renderLabel(text, { width: 640, height: 480 })).rejects.toMatchObject({ code })
  })

  test('all missing characters are named at once', async () => {
    const drawing = renderLabel('AI生成 龘鬱龘', { width: 640, height: 480 })
    await expect(drawing).rejects.toMatchObject({ details: { glyph: '龘 鬱' } })
  })

  test('a picture of one pixel has no room', async () => {
    await expect(renderLabel('AI生成', { width: 1, height: 1 })).rejects.toMatchObject({
      code: 'visible.space.missing',
    })
  })
})

test('the label stays inside the picture in every position', async () => {
  for (const [width, height] of [
    [640, 480],
    [64, 64],
    [24, 200],
    [4000, 120],
  ] as const) {
    const label = await renderLabel('AI生成', { width, height })
    for (const position of positions) {
      const { left, top } = place(position, { width, height }, label)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(left + label.width).toBeLessThanOrEqual(width)
      expect(top + label.height).toBeLessThanOrEqual(height)
    }
  }
})
