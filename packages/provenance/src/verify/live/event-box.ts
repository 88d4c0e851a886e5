/** The `emsg` box that holds verifiable segment info (C2PA 19.4.2; ISO/IEC 23009-1 5.10.3.3), version 0 of it. */
import type { Source } from '@yinji/core'
import type { Box } from '../content/bmff-boxes.ts'

const scheme = 'urn:c2pa:verifiable-segment-info'
/** Where the scheme begins in the box: behind size, type, version and flags. */
const schemeAt = 12
const value = 'fseg'
/** Real ones have some 500 bytes; a manifest ID and a URL may be long. */
const mostBytes = 64 * 1024

/**
 * Where the scheme stands that an exclusion asks for. 19.4.1 has it at offset 0, where the size of every box stands (18.6.2), so
 * that none would ever be left out; what is meant is that the scheme is this one.
 */
export function meant<T extends { readonly offset: number; readonly value: Uint8Array }>(data: T): T {
  return data.offset === 0 && isScheme(data.value) ? { ...data, offset: schemeAt } : data
}

/** Whether boxes that an exclusion asks for are those of C2PA. */
export function isSchemeAt({
  offset,
  value,
}: {
  readonly offset: number
  readonly value: Uint8Array
}): boolean {
  return offset === schemeAt && isScheme(value)
}

/** With or without the NUL behind it. */
const isScheme = (value: Uint8Array) => Buffer.from(value).toString('latin1').replace(/\0$/, '') === scheme

/** What it holds; undefined for a box of another kind or scheme, a text says what is wrong with it. */
export async function readEventBox(source: Source, box: Box): Promise<Uint8Array | string | undefined> {
  if (box.type !== 'emsg') return undefined
  const start = box.start + box.header
  const content = Buffer.from(await source.read(start, Math.min(box.end, start + mostBytes)))
  const names = `${scheme}\0`
  if (content.toString('latin1', 4, 4 + names.length) !== names) return undefined
  if (box.end - start > mostBytes) return 'emsg too large'
  const fields = 4 + names.length + value.length + 1
  const numbers = 16 // timescale, presentation_time_delta, event_duration, id
  if (content.readUInt32BE(0) !== 0 || content.byteLength < fields + numbers) return 'emsg version'
  if (content.toString('latin1', 4 + names.length, fields) !== `${value}\0`) return 'emsg value'
  if (content.readUInt32BE(fields + 4) !== 0) return 'emsg presentation_time_delta'
  return content.subarray(fields + numbers)
}
