/** The explicit label of a text: a line that says so (GB 45438-2025 5.1). */
import { meetsWording } from '../visible/wording.ts'

/** A line of a text; offsets in bytes, `end` before the line break, `next` after it. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Longer lines are sentences about the matter, not labels. */
const longest = 40
const longestBytes = 256

/** What labels are made of; a line that has anything else in it may be somebody's title. */
const vocabulary =
  /人工智能|AI|生成|合成|创作|制作|辅助|修改|内容|文本|文章|文字|演示文稿|文稿|幻灯片|文档|表格|页面|页|回答|作品|部分|本文|由|为|本|此|该|以上|以下|全文|标识|提示|声明|说明|注意|请|仔细|谨慎|甄别|辨别|核实|仅供参考|仅供|参考|可能|疑似|属于|服务|使用|提供|含有|经过|与|和|或|的|是|技术/gu
const filling = /[\s\p{P}\p{S}]+/gu
/** `本文由某某 AI 生成`: a name may stand where the service is named. */
const namedService =
  /^[\p{P}\s]*(?:本|此|该|以上|以下)?.{0,4}由.{1,16}(?:AI|人工智能)[^，。,.]{0,6}(?:生成|合成)/u

/** The words of a label line without the marks around them (`> **AI生成**`), or undefined when it is no label. */
export function labelWords(line: string): string | undefined {
  const words = line.replace(/^[\s>#*_`~-]+/, '').replace(/[\s*_`~#-]+$/, '')
  if (words.length > longest || !meetsWording(words)) return undefined
  const rest = words.replaceAll(vocabulary, '').replaceAll(filling, '')
  return rest === '' || namedService.test(words) ? words : undefined
}

/** The first or last line between two offsets that is not blank. */
export function firstLine(text: Buffer, start: number, end: number): Line | undefined {
  let at = start
  while (at < end && isBlank(text[at])) at++
  return at < end ? lineAround(text, at, start, end) : undefined
}

export function lastLine(text: Buffer, start: number, end: number): Line | undefined {
  let at = end
  while (at > start && isBlank(text[at - 1])) at--
  return at > start ? lineAround(text, at - 1, start, end) : undefined
}

/** The label that stands in a line, if the line is one. */
export function labelIn(text: Buffer, line: Line | undefined): string | undefined {
  if (line === undefined || line.end - line.start > longestBytes) return undefined
  return labelWords(text.toString('utf8', line.start, line.end))
}

function lineAround(text: Buffer, at: number, start: number, end: number): Line {
  const before = text.lastIndexOf(0x0a, at)
  const newline = text.indexOf(0x0a, at)
  const next = newline < 0 || newline >= end ? end : newline + 1
  let stop = newline < 0 || newline >= end ? end : newline
  if (text[stop - 1] === 0x0d) stop--
  return { start: Math.max(start, before + 1), end: stop, next }
}

const isBlank = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x0c

/** How this text ends its lines. */
export function lineBreak(text: Buffer): '\n' | '\r\n' {
  const first = text.indexOf(0x0a)
  return first > 0 && text[first - 1] === 0x0d ? '\r\n' : '\n'
}
