/** Proof that labels can be drawn on this machine: font, outlines and image library all work. */
import { renderLabel } from './render.ts'

/** Draws the usual label. Returns the version of the image library. */
export async function checkImages(): Promise<string> {
  const { default: sharp } = await import('sharp')
  await renderLabel('AI生成', { width: 640, height: 480 })
  return `sharp ${sharp.versions.sharp ?? ''}, libvips ${sharp.versions.vips}`
}
