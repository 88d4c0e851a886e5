/** The two judges of a changed file: ours, and c2pa-rs. */
import { createToolkit, type Toolkit } from '@yinji/toolkit'
import { failed, type Judgement, judgeByC2pa, judgeOggByC2pa, judgeTextByC2pa } from '../oracles/c2pa.ts'
import { judgePackage } from '../oracles/package.ts'
import type { Sample } from './samples.ts'

export interface Opinion {
  /** A verdict of ours, a state of theirs, or `thrown`. */
  readonly state: string
  /** Findings that are no good ones, or C2PA status codes of failures. */
  readonly codes: readonly string[]
  /** What was thrown. */
  readonly error?: string | undefined
  readonly milliseconds: number
}

export type Judge = (sample: Sample, file: Buffer) => Promise<Opinion>

const toolkits = new Map<string, Toolkit>()

export const ours: Judge = async ({ anchor, name }, file) => {
  const toolkit = toolkits.get(anchor) ?? createToolkit({ trust: [anchor] })
  toolkits.set(anchor, toolkit)
  const begun = performance.now()
  try {
    const { verdict, findings } = await toolkit.verify(new Uint8Array(file), { name })
    const bad = findings.filter(({ level }) => level !== 'pass' && level !== 'info')
    const codes = [...new Set(bad.map(({ code }) => code))].sort()
    return { state: verdict, codes, milliseconds: performance.now() - begun }
  } catch (error) {
    return { state: 'thrown', codes: [], error: String(error), milliseconds: performance.now() - begun }
  }
}

/** @param read what c2pa-rs says of a media file */
export function theirs(read: typeof judgeByC2pa = judgeByC2pa): Judge {
  return async ({ mediaType, anchor }, file) => {
    const begun = performance.now()
    const { state, failures, error } = await judged(file, mediaType, anchor, read).catch(failed)
    const codes = [...new Set(failures)].sort()
    return { state, codes, error, milliseconds: performance.now() - begun }
  }
}

async function judged(
  file: Buffer,
  mediaType: string,
  anchor: string,
  read: typeof judgeByC2pa,
): Promise<Judgement> {
  if (/zip|officedocument|opendocument|ofd/.test(mediaType)) return judgePackage(file, anchor)
  if (mediaType === 'audio/ogg') return judgeOggByC2pa(file, anchor)
  if (/^text\/|yaml|toml|javascript|json|xml$/.test(mediaType) && mediaType !== 'image/svg+xml')
    return judgeTextByC2pa(file, anchor)
  return read(file, mediaType, anchor)
}
