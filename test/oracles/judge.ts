/** One question for every file: does the reference implementation trust it? */
import { readFile } from 'node:fs/promises'
import { type Judgement, judgeByC2pa, judgeTextByC2pa } from './c2pa.ts'

export async function judgeAsC2paRs(path: string, mediaType: string, anchor: string): Promise<Judgement> {
  const bytes = new Uint8Array(await readFile(path))
  return mediaType.startsWith('text/')
    ? judgeTextByC2pa(bytes, anchor)
    : judgeByC2pa(bytes, mediaType, anchor)
}
