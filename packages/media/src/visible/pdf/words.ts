/** The words of a label inside a PDF, for those who search, copy or listen (ISO 32000-2 14.9.4 ActualText). */

/** Begins every form of ours. */
const opening = /^\/(?:Span|Artifact) <<[^>]*\/ActualText <feff([0-9a-f]+)>>> BDC\n/

/**
 * Content that stands for these words.
 * @param tagged whether the document has a structure: what stands outside of it must say so (14.8.2.2)
 */
export function marked(text: string, tagged: boolean, content: string): string {
  const language = /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en'
  const words = Buffer.from(text, 'utf16le').swap16().toString('hex')
  const kind = tagged ? '/Artifact <</Type /Pagination /Subtype /Watermark' : '/Span <<'
  return `${kind} /Lang (${language}) /ActualText <feff${words}>>> BDC\n${content}EMC\n`
}

/** The words of a form that is one of ours. */
export function wordsIn(content: string): string | undefined {
  const [, hex] = opening.exec(content) ?? []
  if (hex === undefined || hex.length % 4 !== 0) return undefined
  return Buffer.from(hex, 'hex').swap16().toString('utf16le')
}
