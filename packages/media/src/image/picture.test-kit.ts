/** For tests only: what a picture shows, and what exiftool says of it. */
import { createHash } from 'node:crypto'
import { exiftool } from 'exiftool-vendored'
import sharp from 'sharp'
import { afterAll } from 'vitest'
import { folder } from '../programs.test-kit.ts'

/** Digest of the samples of all frames. */
export async function pixels(file: Uint8Array): Promise<string> {
  const shown = await sharp(file, { pages: -1 }).raw().toBuffer()
  return createHash('md5').update(shown).digest('hex')
}

/** Tags by group, and with them whether the file is in order. */
export function exiftoolTags(extension: string) {
  const { saved } = folder(extension)
  afterAll(() => exiftool.end())
  return (file: Uint8Array): Promise<Record<string, unknown>> =>
    exiftool.readRaw(saved(file), ['-G1', '-a', '-all:all', '-validate', '-warning'])
}
