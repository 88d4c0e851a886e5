/**
 * Structured texts (C2PA A.9): source code, settings, subtitles. The manifest is a comment on one line, the explicit label
 * another; there is no place for the AIGC field. One handler for each row of the table.
 */
import {
  bytes,
  copy,
  type Edit,
  type Found,
  type MediaHandler,
  type Part,
  type Room,
  type Source,
  type Splice,
} from '@yinji/core'
import { together } from '../carriers/found.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { commentLabeller } from '../visible/comment.ts'
import { armourRoom, begin, end } from './armour.ts'
import { type CommentStyle, extensionOf, type StructuredKind, structuredKinds } from './comments.ts'
import { foundInText, readText, requireText, without } from './document.ts'
import { bomLength, looksLikeText } from './encoding.ts'
import { lineBreak } from './label-line.ts'
import { armourSite, findManifests } from './manifests.ts'
import { commentLabel, contentStart, hasReservedStart, unsignedText } from './structured-lines.ts'

/** One handler for each kind. */
export const structuredHandlers: readonly MediaHandler[] = structuredKinds.map(handlerOf)

function handlerOf({ id, mediaTypes, styles }: StructuredKind): MediaHandler {
  const known = new Map(styles.flatMap(({ style, extensions }) => extensions.map((name) => [name, style])))
  const [first = '', ...others] = known.keys()
  const styleOf = (source: Source) => known.get(extensionOf(source.name)) ?? styles[0]?.style
  const bare = {
    id,
    medium: 'text' as const,
    mediaTypes,
    extensions: [first, ...others] as const,
    ...(id === 'vtt' || id === 'srt' ? {} : { onlyNamed: true as const }),
    // By name alone: what is in them could be any text.
    matches: (head: Uint8Array, name?: string) => known.has(extensionOf(name)) && looksLikeText(head),
    read: (source: Source) => read(source, styleOf(source)),
    splice: (source: Source, edit: Edit) => splice(source, edit, styleOf(source)),
  }
  if (styles[0]?.style === undefined) return { ...bare, slots: {} }
  return {
    ...bare,
    slots: { manifest: { place: armourSite, binding: 'data' } },
    update: (source, store) => updateInPlace(bare, source, store.byteLength),
    visible: commentLabeller(styleOf),
  }
}

async function read(source: Source, style: CommentStyle | undefined): Promise<Found> {
  const whole = await readText(source)
  const { text } = whole
  if (text === undefined) return together([whole])
  const begins = style && [style.open.trim(), ...(style.besides ?? [])]
  const manifests = findManifests(text, ({ open }) => begins?.includes(open) === true)
  return foundInText(whole, manifests, style && commentLabel(without(text, manifests.ranges), style))
}

async function splice(source: Source, { room }: Edit, style: CommentStyle | undefined): Promise<Splice> {
  const text = await requireText(source)
  const rest = unsignedText(text)
  if (room === 0 || !style) return { parts: rest === text ? [copy(0, source.size)] : [bytes(rest)] }
  return { parts: placed(rest, room, style), binding: { kind: 'data' } }
}

/** A.9.3.1: the first line; the last where the first is reserved; behind the header of WebVTT (2.5 A.9.4.1). */
function placed(text: Buffer, size: number, style: CommentStyle): Part[] {
  const eol = lineBreak(text)
  if (hasReservedStart(text)) {
    // The line break before the block belongs to it (A.9.4).
    const kept =
      text.toString('latin1', text.length - eol.length) === eol ? text.length - eol.length : text.length
    return [bytes(text.subarray(0, kept)), block(size, { ...style, open: eol + style.open })]
  }
  const at = contentStart(text, style)
  if (at > bomLength(text)) {
    const blank = text.toString('latin1', at, at + eol.length) === eol ? '' : eol
    const head = text.toString('latin1', 0, at)
    const lead = head.endsWith(`${eol}${eol}`) ? '' : head.endsWith(eol) ? eol : eol + eol
    return [
      bytes(Buffer.concat([text.subarray(0, at), Buffer.from(lead)])),
      block(size, { ...style, close: style.close + eol }),
      bytes(Buffer.concat([Buffer.from(blank), text.subarray(at)])),
    ]
  }
  // A byte order mark belongs to the first line.
  const mark = at > 0 ? '\ufeff' : ''
  const room = block(size, { open: mark + style.open, close: style.close + eol })
  return text.length === at ? [room] : [room, bytes(text.subarray(at))]
}

function block(size: number, { open, close }: CommentStyle): Room {
  return armourRoom(size, `${open}${begin} `, ` ${end}${close}`)
}
