/** What other people's tools write, and what is said of the files it stands in. */
import type { Code } from '@yinji/core'
import { createToolkit, type Report } from '@yinji/toolkit'
import { afterAll } from 'vitest'
import { temporaryDirectory } from '../helpers/identity.ts'
import { exifSegment, inDirectory, jpegWith, sefTrailer, tiffBlock } from '../helpers/traces.ts'

export const toolkit = createToolkit()
afterAll(() => toolkit[Symbol.asyncDispose]())
export const at = inDirectory(temporaryDirectory())

export const settings = 'a red fox\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Model: 狐'
export const graph = '{"3":{"inputs":{"seed":5},"class_type":"KSampler"}}'
export const song = 'made with suno; created=2025-10-08T16:20:02Z; id=116d34f4-b3d5-48b8-9334-011b1dd1df00'
export const ids = ({ evidence }: Report) => evidence.map((item) => `${item.class} ${item.id}`)
export const codes = ({ findings }: Report): Code[] => findings.map(({ code }) => code)

export const comment = (text: string | Uint8Array) =>
  jpegWith([exifSegment(tiffBlock({ UserComment: text }))])
export const latin = (text: string) => Buffer.from(text, 'latin1')
export const galaxy = (type: number) =>
  jpegWith(
    [exifSegment(tiffBlock({ Make: 'samsung', Model: 'SM-S928B' }))],
    sefTrailer([
      [0x0a01, 'Image_UTC_Data', '1700000000000'],
      [0x0d91, 'PEg_Info', `{"genImageVersion":"v1","connectorType":"srvg","genAIType":${type}}`],
    ]),
  )
