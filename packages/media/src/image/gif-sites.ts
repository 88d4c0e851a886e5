/** Tells the blocks of a GIF apart by what they can hold for us. */
import { type FoundProperty, limits } from '@yinji/core'
import { type AigcInText, findAigc } from '../carriers/aigc-text.ts'
import { type GifBlock, joinSubBlocks } from '../carriers/gif-blocks.ts'
import { packetOf, xmpApplication } from '../carriers/gif-xmp.ts'

/** C2PA A.3.8: the authentication code is the version of the block. */
export const manifestApplication = 'C2PA_GIF\x01\0\0'

export interface XmpSite {
  readonly block: GifBlock
  readonly packet: Uint8Array
  readonly proper: boolean
}

/** A comment, or an extension of an application of its own, with an AIGC field in it. */
export interface TextSite {
  readonly block: GifBlock
  readonly text: Uint8Array
  readonly fields: readonly AigcInText[]
  readonly name: string
}

/** XMP packets in file order; the first one is the one that counts. */
export function xmpSites(blocks: readonly GifBlock[]): XmpSite[] {
  return blocks
    .filter(({ application }) => application === xmpApplication)
    .map((block) => ({ block, ...packetOf(block.raw) }))
}

export function manifestBlocks(blocks: readonly GifBlock[]): GifBlock[] {
  return blocks.filter(({ application }) => application === manifestApplication)
}

export function textSites(blocks: readonly GifBlock[]): TextSite[] {
  return blocks.flatMap((block) => {
    if (block.raw.byteLength === 0 || block.application === xmpApplication || isManifest(block)) return []
    const text = joinSubBlocks(block.raw)
    const fields = findAigc(text)
    const name = block.kind === 'comment' ? site : `Application Extension ${printable(block.application)}`
    return fields.length > 0 ? [{ block, text, fields, name }] : []
  })
}

/** Comments that are no labels. */
export function commentTexts(blocks: readonly GifBlock[]): FoundProperty[] {
  return blocks
    .filter(({ kind, raw }) => kind === 'comment' && raw.byteLength > 0)
    .slice(0, limits.evidenceTexts)
    .map(({ raw }) => joinSubBlocks(raw))
    .filter((text) => findAigc(text).length === 0)
    .map((text) => ({ site, name: 'Comment', value: utf8.decode(text.subarray(0, limits.evidenceBytes)) }))
}

const site = 'Comment Extension'
const utf8 = new TextDecoder()

/** A manifest of any version. */
export function isManifest({ application }: GifBlock): boolean {
  return application.startsWith('C2PA_GIF')
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').trim()
}
