/** The explicit label of a text that is still being written (GB 45438-2025 5.1): chats, and what is copied from them. */
import { type Moment, type Wording, wordingRules } from '@yinji/core'
import { assertLine, type Edge, edgesOf, FenceFollower } from '@yinji/media'

/** The label of a streamed text. */
export interface TextLabel {
  /** The words. Default: the rule's own for content that was made by AI, `AI生成`. */
  readonly text?: string | undefined
  /** The rule that the words have to meet. Default `cn`. */
  readonly wording?: Wording | undefined
  /** Before the text, behind it, or both. Default `start`: readers know before they read (5.1 a). */
  readonly moment?: Moment | undefined
}

/**
 * Labels a text while it streams: the label is a paragraph of its own, first or last, in plain text as in Markdown.
 * Every chunk is passed on as it comes, the same string at once; at the end a code fence that the text left open is
 * closed, so that the label does not become code. A text without a character gets no label. GB 45438-2025 5.1.
 *
 * ```ts
 * async function* answer() {
 *   yield 'The bridge '
 *   yield 'was built in 1908.'
 * }
 * for await (const chunk of labelText(answer(), { moment: 'end' })) process.stdout.write(chunk)
 * ```
 *
 * What is copied to the clipboard goes through it as a list of one: `labelText([copied])`.
 * @param stream Chunks of text, cut anywhere; a `ReadableStream` of strings is one. It is closed when the reader stops.
 * @throws UsageError `visible.text.wording`, `visible.text.rule`, `visible.glyph.missing`, before anything is read
 */
export function labelText(
  stream: AsyncIterable<string> | Iterable<string>,
  label: TextLabel = {},
): AsyncGenerator<string, void, undefined> {
  const text = label.text ?? wordingRules[label.wording ?? 'cn'].texts.generated
  assertLine({ text, wording: label.wording })
  return labelled(stream, text, edgesOf(label))
}

async function* labelled(
  stream: AsyncIterable<string> | Iterable<string>,
  text: string,
  edges: readonly Edge[],
): AsyncGenerator<string, void, undefined> {
  const follower = new FenceFollower()
  let isFirst = true
  let last = ''
  for await (const chunk of stream) {
    if (chunk === '') continue
    const mark = isFirst && chunk.startsWith('\ufeff') ? '\ufeff' : ''
    if (mark) yield mark
    if (isFirst && edges.includes('start')) yield `${text}\n\n`
    isFirst = false
    const rest = mark ? chunk.slice(1) : chunk
    if (rest === '') continue
    yield rest
    follower.push(rest)
    last = rest
  }
  if (isFirst || !edges.includes('end')) return
  const end = /[\r\n]$/.test(last) ? follower.lineBreak : ''
  yield `${follower.close()}${text}${end}`
}
