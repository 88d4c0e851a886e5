/** Colour, and what a terminal needs to know about text: how wide it is, and that it does not bite. */

export type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold'
export type Paint = (colour: Colour, text: string) => string

const sequences: Record<Colour, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

export function painter(enabled: boolean): Paint {
  if (!enabled) return (_, text) => text
  return (colour, text) => {
    const [on, off] = sequences[colour]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}

/**
 * Text from a file or a file name, harmless to look at: control characters could move the cursor or recolour a verdict,
 * and direction overrides could make one name look like another. They are shown as escapes.
 */
export function safe(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Columns the text takes: East Asian wide characters take two, combining ones none. */
export function width(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue
    columns += wide.test(character) ? 2 : 1
  }
  return columns
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u

/** The text, followed by spaces up to `columns`. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** The beginning of a text that is too long for `columns`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  for (const character of text) {
    if (width(kept + character) >= columns) break
    kept += character
  }
  return `${kept}…`
}
