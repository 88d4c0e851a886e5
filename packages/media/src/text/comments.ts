/**
 * How structured texts spell a comment, by the extension of the file name (C2PA A.9.3.1). JavaScript and CSS have comments
 * that tools keep, which the standard asks for.
 */
export interface CommentStyle {
  readonly open: string
  readonly close: string
  /** Other introducers that begin a comment there; the empty one where a block may stand in front matter (A.9.3.2). */
  readonly besides?: readonly string[]
}

/** Kinds of structured text: what the formats table shows. */
export interface StructuredKind {
  readonly id: string
  /** The first one is canonical. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** How they write comments; nothing where a manifest block can't be one. */
  readonly styles: readonly { readonly style?: CommentStyle; readonly extensions: readonly string[] }[]
}

const line = (mark: string, ...besides: string[]): CommentStyle => ({ open: `${mark} `, close: '', besides })
const kept = (...besides: string[]): CommentStyle => ({ open: '/*! ', close: ' */', besides })
const hash = line('#')
/** Settings may be the front matter of something. */
const settings = line('#', '')

export const structuredKinds: readonly StructuredKind[] = [
  {
    id: 'javascript',
    mediaTypes: ['text/javascript', 'application/javascript', 'application/typescript'],
    styles: [{ style: kept('/*', '//'), extensions: ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx'] }],
  },
  {
    id: 'css',
    mediaTypes: ['text/css'],
    styles: [
      { style: kept('/*'), extensions: ['css'] },
      { style: kept('/*', '//'), extensions: ['scss', 'less'] },
    ],
  },
  {
    id: 'code',
    mediaTypes: ['text/x-source-code', 'text/x-python', 'text/x-c', 'text/x-java-source', 'application/sql'],
    styles: [
      {
        style: hash,
        extensions: ['py', 'sh', 'bash', 'zsh', 'fish', 'ps1', 'rb', 'pl', 'r', 'jl', 'ex', 'nim'],
      },
      {
        style: line('//', '/*', '/*!'),
        extensions: [
          ...['c', 'h', 'cc', 'cpp', 'hpp', 'cs', 'java', 'kt', 'scala', 'go', 'rs', 'swift', 'dart', 'zig'],
          ...['proto', 'groovy', 'm', 'mm'],
        ],
      },
      { style: line('--', '/*', '/*!'), extensions: ['sql', 'lua', 'hs', 'elm'] },
      { style: line(';'), extensions: ['lisp', 'el', 'clj', 'scm', 'asm'] },
      { style: line('%'), extensions: ['tex', 'sty', 'erl', 'ps'] },
    ],
  },
  {
    id: 'yaml',
    mediaTypes: ['application/yaml', 'text/yaml'],
    styles: [{ style: settings, extensions: ['yaml', 'yml'] }],
  },
  {
    id: 'toml',
    mediaTypes: ['application/toml', 'text/x-ini'],
    styles: [
      { style: settings, extensions: ['toml', 'properties', 'conf', 'cfg', 'env', 'tf', 'cmake', 'graphql'] },
      { style: line(';', '#'), extensions: ['ini'] },
    ],
  },
  { id: 'vtt', mediaTypes: ['text/vtt'], styles: [{ style: line('NOTE'), extensions: ['vtt'] }] },
  // No comments (A.9.2), or, in XML, none that may hold `--` (XML 1.0, 2.5), which every manifest block does: these are
  // signed beside the file.
  {
    id: 'json',
    mediaTypes: ['application/json', 'application/geo+json'],
    styles: [{ extensions: ['json', 'geojson'] }],
  },
  {
    id: 'csv',
    mediaTypes: ['text/csv', 'text/tab-separated-values'],
    styles: [{ extensions: ['csv', 'tsv'] }],
  },
  { id: 'srt', mediaTypes: ['application/x-subrip'], styles: [{ extensions: ['srt'] }] },
  {
    id: 'xml',
    mediaTypes: ['application/xml', 'text/xml', 'application/rss+xml', 'application/atom+xml'],
    styles: [{ extensions: ['xml', 'xsl', 'xsd', 'rss', 'atom'] }],
  },
]

/** The lower-case extension of a file name. */
export function extensionOf(name: string | undefined): string {
  return /\.(\w+)$/.exec(name ?? '')?.[1]?.toLowerCase() ?? ''
}
