/**
 * YAML front matter of Markdown, looked at line by line: what stands between `---` and `---` at the very start.
 * Only the parts that are ours are parsed, so that whatever else is in there, sound or not, is left alone.
 */

/** Offsets in bytes. */
export interface FrontMatter {
  /** The opening `---`, behind a byte order mark. */
  readonly start: number
  /** First byte after the opening line. */
  readonly bodyStart: number
  /** The closing line; the end of the search where there is none. */
  readonly bodyEnd: number
  /** First byte after the closing line. */
  readonly end: number
  /** Whether there is a closing line. Without one it is no front matter, only something that was meant to be. */
  readonly closed: boolean
  /** Keys at the left margin and the lines that belong to them, by name: `AIGC`, `c2pa`. */
  readonly sections: readonly Section[]
  /** Whether it begins with a key (or is empty), so that another key may join them. */
  readonly isBlock: boolean
}

export interface Section {
  readonly key: string
  readonly start: number
  readonly end: number
}

const opening = /^(\ufeff?)---[ \t]*\r?\n/
const keyLine = /^(?:"([^"]+)"|'([^']+)'|([^\s#'"&*!|>%@`{}[\],?:-][^:#]*?))[ \t]*:(?:\s|$)/

/** Undefined when the text does not begin like front matter. */
export function frontMatter(text: Buffer): FrontMatter | undefined {
  const opened = opening.exec(text.toString('utf8', 0, 64))
  if (opened === null) return undefined
  const start = opened[1] === '' ? 0 : 3
  const bodyStart = text.indexOf(0x0a) + 1
  const sections: { key: string; start: number; end: number }[] = []
  let isBlock = true
  let at = bodyStart
  while (at < text.byteLength) {
    const newline = text.indexOf(0x0a, at)
    const next = newline < 0 ? text.byteLength : newline + 1
    const line = text.toString('utf8', at, Math.min(next, at + 256))
    if (/^(?:---|\.\.\.)[ \t]*\r?\n?$/.test(line))
      return { start, bodyStart, bodyEnd: at, end: next, closed: true, sections, isBlock }
    const key = keyOf(line)
    const last = sections.at(-1)
    if (key !== undefined) sections.push({ key, start: at, end: next })
    else if (/^[ \t]+\S|^[}\]]/.test(line)) {
      if (last) last.end = next
      else isBlock = false
    } else if (
      last === undefined &&
      !/^(?:\s*$|#|-----(?:BEGIN|END) C2PA|data:application\/c2pa|- )/.test(line)
    )
      isBlock = false
    at = next
  }
  return { start, bodyStart, bodyEnd: at, end: at, closed: false, sections, isBlock }
}

function keyOf(line: string): string | undefined {
  const match = keyLine.exec(line)
  return match?.[1] ?? match?.[2] ?? match?.[3]
}
