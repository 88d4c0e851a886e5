/** One question for every file: does the reference implementation trust it? A manifest beside the file is judged with it. */
import { readFile } from 'node:fs/promises'
import { type Judgement, judgeByC2pa, judgePairByC2pa, judgeTextByC2pa } from './c2pa.ts'

export async function judgeAsC2paRs(path: string, mediaType: string, anchor: string): Promise<Judgement> {
  const bytes = new Uint8Array(await readFile(path))
  const sidecar = await readFile(`${path}.c2pa`).catch(() => undefined)
  if (sidecar) return judgePairByC2pa(sidecar, bytes, mediaType, anchor)
  return mediaType.startsWith('text/')
    ? judgeTextByC2pa(bytes, anchor)
    : judgeByC2pa(bytes, mediaType, anchor)
}
