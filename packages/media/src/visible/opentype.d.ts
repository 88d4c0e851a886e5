/** The part of opentype.js (which brings no types) that is used here. */
declare module 'opentype.js/dist/opentype.mjs' {
  interface PathCommand {
    readonly type: 'M' | 'L' | 'C' | 'Q' | 'Z'
    readonly x?: number
    readonly y?: number
    readonly x1?: number
    readonly y1?: number
    readonly x2?: number
    readonly y2?: number
  }
  interface Path {
    readonly commands: readonly PathCommand[]
  }
  interface Glyph {
    /** 0 is the glyph that stands for missing ones. */
    readonly index: number
    readonly advanceWidth?: number
    /** `y` is the base line and grows downwards, as in SVG. */
    getPath(x: number, y: number, fontSize: number): Path
    getBoundingBox(): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }
  }
  interface Font {
    readonly unitsPerEm: number
    charToGlyph(character: string): Glyph
  }
  function parse(bytes: ArrayBuffer): Font
}
