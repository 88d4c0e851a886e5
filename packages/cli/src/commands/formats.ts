/** `yinji formats`: what can be labelled, and where the label goes. */
import { createToolkit } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { pad, width } from '../paint.ts'

export function formats(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji formats', t('a table', '表格')],
    ['yinji formats --json', t('the same for programs', '供程序使用')],
  ])
  command
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: { json?: true }) => listFormats(flags.json === true, context))
}

/** Enough of them to know the format by; `--json` has all. */
function namesOf(extensions: readonly string[]): string {
  const shown = extensions.slice(0, mostNames).map((extension) => `.${extension}`)
  const more = extensions.length - shown.length
  return [...shown, ...(more > 0 ? [`+${more}`] : [])].join(' ')
}

const mostNames = 6

async function listFormats(json: boolean, { terminal, paint, t }: Context): Promise<void> {
  await using toolkit = createToolkit()
  const all = toolkit.formats()
  if (json) return terminal.print(JSON.stringify(all, null, 2))
  const title = [
    t('format', '格式'),
    t('files', '文件'),
    'AIGC',
    'IPTC XMP',
    'C2PA',
    t('visible', '显式标识'),
    t('needs', '需要'),
    t('also read by', '其他读取程序'),
  ]
  const rows = all.map((format) => [
    format.id,
    namesOf(format.extensions),
    format.aigc ??
      (format.instead === null
        ? '–'
        : t(`read only; convert to ${format.instead}`, `只读；请转换为 ${format.instead}`)),
    format.xmp ?? '–',
    format.manifest ??
      (format.instead === null ? t('beside the file (--sidecar)', '旁边的文件（--sidecar）') : '–'),
    format.visible ?? '–',
    format.needs ?? '',
    format.readBy.join(' '),
  ])
  const columns = title.map((name, index) =>
    Math.max(width(name), ...rows.map((row) => width(row[index] ?? ''))),
  )
  const show = (cells: readonly string[]) =>
    cells
      .map((cell, index) => pad(cell, columns[index] ?? 0))
      .join('  ')
      .trimEnd()
  await terminal.print(paint('bold', show(title)))
  for (const row of rows) await terminal.print(show(row))
}
