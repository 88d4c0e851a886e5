/** Fills the generated parts of the READMEs, so that what they say is what the software does: `npm run readme`. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** One row of `yinji formats --json`. */
export interface FormatRow {
  readonly id: string
  readonly extensions: readonly string[]
  readonly aigc: string | null
  readonly xmp: string | null
  readonly manifest: string | null
  readonly visible: string | null
  readonly needs: string | null
  readonly readBy: readonly string[]
}

export const readmes = {
  'README.md': [
    'format',
    'files',
    'AIGC field',
    'IPTC XMP',
    'C2PA manifest',
    'people see or hear',
    'also read by',
  ],
  'README.zh-CN.md': ['格式', '文件', 'AIGC 字段', 'IPTC XMP', 'C2PA 清单', '显式标识', '其他读取程序'],
} as const

/** Those of the packages: examples, no table. */
export const packageReadmes = ['core', 'media', 'provenance', 'toolkit', 'cli'].map(
  (name) => `packages/${name}/README.md`,
)

/** The README with its table of formats and its examples as they are now. */
export function fill(readme: string, titles: readonly string[], formats: readonly FormatRow[]): string {
  return readme
    .replace(
      /(<!-- formats -->\n)[\s\S]*?(<!-- \/formats -->)/,
      (_, start: string, end: string) => `${start}\n${table(titles, formats)}\n\n${end}`,
    )
    .replace(
      /(<!-- example: (\S+) -->\n)[\s\S]*?(<!-- \/example -->)/g,
      (_, start: string, path: string, end: string) =>
        `${start}\n\`\`\`ts\n${readFileSync(join(root, path), 'utf8')}\`\`\`\n\n${end}`,
    )
}

/** Enough of them to know the format by. */
function namesOf(extensions: readonly string[]): string {
  const shown = extensions.slice(0, 8).map((extension) => `\`.${extension}\``)
  const more = extensions.length - shown.length
  return [...shown, ...(more > 0 ? [`+${more}`] : [])].join(' ')
}

function table(titles: readonly string[], formats: readonly FormatRow[]): string {
  const rows = formats.map(({ id, extensions, aigc, xmp, manifest, visible, needs, readBy }) => [
    `**${id}**`,
    namesOf(extensions),
    aigc ?? '–',
    xmp ?? '–',
    manifest ?? '–',
    visible ? `${visible}${needs ? ` (${needs})` : ''}` : '–',
    readBy.join(', ') || '–',
  ])
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

if (process.argv[1] === import.meta.filename) {
  const command = ['--conditions=development', '--import', 'tsx', join(root, 'packages/cli/src/main.ts')]
  const formats: FormatRow[] = JSON.parse(
    execFileSync(process.execPath, [...command, 'formats', '--json'], { cwd: root, encoding: 'utf8' }),
  )
  const empty = packageReadmes.map((name): [string, readonly string[]] => [name, []])
  for (const [name, titles] of [...Object.entries(readmes), ...empty]) {
    const path = join(root, name)
    writeFileSync(path, fill(readFileSync(path, 'utf8'), titles, formats))
  }
}
