/** `LIST INFO` of RIFF files (Multimedia Programming Interface and Data Specifications 1.0, 2-14): texts, and labels among them. */
import { bytes, type FoundLabel, type FoundProperty, limits, type Part, readAigc } from '@yinji/core'
import { fourLetters, uint32le } from './integers.ts'

const utf8 = new TextDecoder()

/** Text of a chunk: UTF-8, ended by NUL where the writer thought of C strings. */
export const chunkText = (payload: Uint8Array) => utf8.decode(payload).replace(/\0+$/, '')

interface InfoItem {
  readonly id: string
  readonly start: number
  readonly next: number
  readonly text: string
}

/** @param payload of the list, from its type on */
function infoItems(payload: Uint8Array): InfoItem[] {
  const items: InfoItem[] = []
  for (let at = 4; at + 8 <= payload.byteLength && items.length < limits.items; ) {
    const end = at + 8 + uint32le(payload, at + 4)
    if (end > payload.byteLength) break
    const next = Math.min(end + (end % 2), payload.byteLength)
    const id = fourLetters(payload, at)
    const text = end - at > limits.aigcBytes ? '' : chunkText(payload.subarray(at + 8, end))
    items.push({ id, start: at, next, text })
    at = next
  }
  return items
}

/** Whether the list ends where its last text does; a pad byte or two of zeros behind it are common. */
export function isWholeInfo(payload: Uint8Array): boolean {
  return payload.subarray(infoItems(payload).at(-1)?.next ?? 4).every((byte) => byte === 0)
}

/** A comment is a label only when it reads as one; most are just comments. */
function isLabel({ id, text }: InfoItem): boolean {
  return id === 'AIGC' || (id === 'ICMT' && text.includes('{') && readAigc(text, id).field !== undefined)
}

/** The labels in a list; whether their place is the standard one is the format's to say. */
export function infoLabels(payload: Uint8Array): FoundLabel[] {
  return infoItems(payload)
    .filter(isLabel)
    .map(({ id, text }) => ({ site: `RIFF LIST INFO ${id}`, standard: false, value: text }))
}

/** The texts of a list that are no labels: `ISFT` names the program, `ICMT` is a comment. */
export function infoProperties(payload: Uint8Array): FoundProperty[] {
  return infoItems(payload)
    .slice(0, limits.evidenceTexts)
    .filter((item) => item.text !== '' && !isLabel(item))
    .map(({ id, text }) => ({ site: 'RIFF LIST INFO', name: id, value: text.slice(0, limits.evidenceBytes) }))
}

/** The list without its labels; nothing at all when there was nothing else in it. */
export function infoWithout(payload: Uint8Array): Part[] {
  const kept = infoItems(payload).filter((item) => !isLabel(item))
  if (kept.length === 0) return []
  return [
    bytes(payload.subarray(0, 4)),
    ...kept.map((item) => bytes(payload.subarray(item.start, item.next))),
  ]
}
