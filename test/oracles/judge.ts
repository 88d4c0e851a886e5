/**
 * One question for every file: does the reference implementation trust it? A manifest beside the file is judged with it;
 * archives, which it can't open, are judged by the standard's own text.
 */
import { readFile } from 'node:fs/promises'
import { type Judgement, judgeByC2pa, judgeOggByC2pa, judgePairByC2pa, judgeTextByC2pa } from './c2pa.ts'
import { judgePackage } from './package.ts'

export async function judgeAsC2paRs(path: string, mediaType: string, anchor: string): Promise<Judgement> {
  const bytes = new Uint8Array(await readFile(path))
  const sidecar = await readFile(`${path}.c2pa`).catch(() => undefined)
  if (sidecar) return judgePairByC2pa(sidecar, bytes, mediaType, anchor)
  if (Buffer.from(bytes).toString('latin1', 0, 4) === 'PK\x03\x04')
    return judgePackage(Buffer.from(bytes), anchor)
  if (mediaType === 'audio/ogg') return judgeOggByC2pa(bytes, anchor)
  return /^text\/|^application\/(?:yaml|toml)$/.test(mediaType)
    ? judgeTextByC2pa(bytes, anchor)
    : judgeByC2pa(bytes, mediaType, anchor)
}
