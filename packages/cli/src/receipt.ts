/** A receipt in words: which file became which, and what was written where. */
import { basename } from 'node:path'
import { describe, type Receipt } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { cut, type Paint, pad, safe, width } from './paint.ts'

export interface Shown {
  readonly receipt: Receipt
  readonly from: string
  readonly to: string
  /** One line, for many files. */
  readonly brief: boolean
}

export function receiptLines(
  { receipt, from, to, brief }: Shown,
  paint: Paint,
  { language, t, io }: Context,
): string[] {
  const words: Record<Receipt['status'], string> = {
    labeled: t('labeled', '已标识'),
    unchanged: t('unchanged', '未变'),
    planned: t('planned', '计划'),
  }
  const mark = receipt.status === 'planned' ? paint('cyan', '·') : paint('green', '✓')
  const route = from === to ? safe(to) : `${safe(from)} → ${paint('bold', safe(to))}`
  const lines = [`${mark} ${words[receipt.status]} ${route}`]
  const names = {
    visible: t('visible', '显式标识'),
    metadata: t('metadata', '元数据'),
    manifest: t('manifest', '签名清单'),
    sidecar: t('sidecar', '独立清单'),
  }
  const { segments = [] } = receipt
  const ends = [...new Set([segments.at(0), segments.at(-1)])].map((path) => safe(basename(path ?? '')))
  const paths = {
    spliced: t('the rest untouched', '其余内容未动'),
    encoded: t('encoded again', '已重新编码'),
  }
  const column = Math.max(...Object.values(names).map(width))
  const places = Math.max(...receipt.written.map(({ place }) => width(place)))
  const room = io.stdout.isTTY
    ? Math.max(20, (io.stdout.columns ?? 100) - column - places - 7)
    : Number.POSITIVE_INFINITY
  if (!brief)
    for (const { layer, place, what, path } of receipt.written)
      lines.push(
        `  ${pad(names[layer], column)}  ${pad(safe(place), places)}  ${paint('dim', cut(safe(withoutCodes(what)) + (path ? ` · ${paths[path]}` : ''), room))}`,
      )
  if (!brief && segments.length > 0)
    lines.push(`  ${pad(t('segments', '分片'), column)}  ${segments.length} · ${ends.join(' … ')}`)
  for (const { code, data, level } of receipt.findings)
    lines.push(
      `  ${level === 'info' ? paint('dim', '·') : paint('yellow', '!')} ${safe(describe(code, data ?? {}, language).title)} ${paint('dim', code)}`,
    )
  return lines
}

/** Signatures are for programs: `--json` and `inspect` have them in full. */
function withoutCodes(field: string): string {
  return field.replace(/("ReservedCode[12]":")(?:[^"\\]|\\.){65,}"/g, '$1…"')
}
