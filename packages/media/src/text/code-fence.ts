/**
 * Follows a Markdown text as it streams by, to tell whether it ends inside a code fence (CommonMark 0.31 4.5). Holds the
 * beginning of one line, nothing more.
 */

/** Longer lines are taken for prose. */
const longest = 256

interface Fence {
  /** Spaces before it, to close it in the same place. */
  readonly indent: string
  readonly marks: string
  /** What holds it: nothing, a quotation, or a list item whose content is indented this far. */
  readonly holder: 'none' | 'quotation' | number
}

/** Takes a text chunk by chunk; the chunks may be cut anywhere. */
export class FenceFollower {
  #line = ''
  #isLong = false
  #wasReturn = false
  #fence: Fence | undefined
  /** Indentation of the content of the outermost list item that is open. */
  #list: number | undefined
  /** How this text ends its lines. */
  lineBreak: '\n' | '\r\n' = '\n'
  /** Whether the last line that ended was blank. */
  #afterBlank = true

  push(chunk: string): void {
    for (const piece of chunk.match(/\r\n|\r|\n|[^\r\n]+/g) ?? []) {
      if (piece === '\n' && this.#wasReturn) this.lineBreak = '\r\n'
      else if (/[\r\n]/.test(piece)) {
        if (piece === '\r\n') this.lineBreak = piece
        this.#endLine()
      } else {
        this.#isLong ||= this.#line.length + piece.length > longest
        this.#line += piece.slice(0, longest - this.#line.length)
      }
      this.#wasReturn = piece === '\r'
    }
  }

  /** What has to be written before a paragraph of its own can begin; nothing must be pushed after this. */
  close(): string {
    const isOpen = this.#line !== ''
    if (isOpen) this.#endLine()
    const fence = this.#fence?.holder === 'none' ? this.#fence : undefined
    const eol = this.lineBreak
    if (fence) return `${isOpen ? eol : ''}${fence.indent}${fence.marks}${eol}${eol}`
    return (isOpen ? eol : '') + (this.#afterBlank ? '' : eol)
  }

  #endLine(): void {
    const line = this.#isLong ? 'x' : this.#line
    this.#line = ''
    this.#isLong = false
    this.#afterBlank = !/\S/.test(line)
    if (this.#afterBlank) return
    const indent = /^ */.exec(line)?.[0].length ?? 0
    if (this.#fence && this.#leaves(this.#fence, line, indent)) this.#fence = undefined
    if (this.#fence) {
      const marks = /^[\s>]*(`+|~+)[ \t]*$/.exec(line)?.[1]
      if (marks?.startsWith(this.#fence.marks)) this.#fence = undefined
      return
    }
    this.#open(line, indent)
  }

  /** A line outside what holds a fence ends it. */
  #leaves({ holder }: Fence, line: string, indent: number): boolean {
    if (holder === 'none') return false
    return holder === 'quotation' ? !/^ {0,3}>/.test(line) : indent < holder
  }

  #open(line: string, indent: number): void {
    if (this.#list !== undefined && indent < this.#list) this.#list = undefined
    const item = this.#list === undefined ? /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?: {1,4}|$)/.exec(line) : null
    if (item) this.#list = item[0].length
    const match = /^((?:[ \t]|>|(?:[-*+]|\d{1,9}[.)])(?=\s))*)(`{3,}(?=[^`]*$)|~{3,})/.exec(line)
    const [, before = '', marks] = match ?? []
    if (marks === undefined) return
    const holder = this.#list ?? (/^ {0,3}>/.test(line) ? 'quotation' : 'none')
    if (holder === 'none' && !/^ {0,3}$/.test(before)) return // indented code
    this.#fence = { indent: before, marks, holder }
  }
}
