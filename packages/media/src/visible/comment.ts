/** The explicit label of source code and the like: a comment on a line of its own, replaced and never stacked. */
import { bytesSource, InternalError, type Source, UsageError, type VisibleLabeller } from '@yinji/core'
import type { CommentStyle } from '../text/comments.ts'
import { requireText } from '../text/document.ts'
import { labelWords, lineBreak } from '../text/label-line.ts'
import { commentAt, labelStart, unsignedText } from '../text/structured-lines.ts'
import { assertWording } from './wording.ts'

export function commentLabeller(styleOf: (source: Source) => CommentStyle | undefined): VisibleLabeller {
  return {
    how: 'comment line',
    apply: async (source, label, { previous }) => {
      const style = styleOf(source)
      if (style === undefined) throw new InternalError('a labeller for a text without comments')
      assertWording(label.text, label.wording)
      assertInert(label.text)
      const text = await requireText(source)
      const bare = unsignedText(text)
      const start = labelStart(bare, style)
      const eol = lineBreak(bare)
      const comment = commentAt(bare, start, style)
      const isLabel =
        comment !== undefined &&
        (labelWords(comment.words) !== undefined || comment.words === previous?.text.trim())
      const words = style.open + label.text + style.close
      const head = bare.subarray(0, isLabel ? comment.start : start)
      const open = !isLabel && head.length > 3 && head.at(-1) !== 0x0a ? eol : ''
      const gap = style.open === 'NOTE ' ? eol : '' // a note ends with a blank line
      const line = isLabel ? words : open + words + eol + gap
      const rest = bare.subarray(isLabel ? comment.end : start)
      const drawn = bytesSource(Buffer.concat([head, Buffer.from(line), rest]), source.name)
      return { source: drawn, label, path: 'spliced' }
    },
  }
}

/** Words that would end the comment, or begin something else. */
function assertInert(text: string): void {
  const glyph = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\*\/|-->/u.exec(text)?.[0]
  if (glyph !== undefined) throw new UsageError('visible.glyph.missing', { glyph })
}
