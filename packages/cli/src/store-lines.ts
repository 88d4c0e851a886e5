/** `inspect --manifest`: the boxes of a manifest store, and what they hold. */
import type { Inspection, StoreBox } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { safe } from './paint.ts'

export function storeLines({ boxes, manifest }: Inspection, context: Context): string[] {
  const { t, paint } = context
  if (boxes === null) return [t('There is no manifest.', '没有签名清单。')]
  if (typeof boxes === 'string')
    return [t(`The manifest can’t be read: ${safe(boxes)}`, `清单无法读取：${safe(boxes)}`)]
  return [paint('dim', `# ${safe(manifest?.site ?? '')}`), ...boxLines(boxes, '', context)]
}

function boxLines(box: StoreBox, indent: string, context: Context): string[] {
  const { paint, t } = context
  const facts = [
    `${box.bytes.toLocaleString('en')} ${t('bytes', '字节')}`,
    `@${box.offset}`,
    ...(box.salted ? [t('salted', '加盐')] : []),
  ]
  const title = box.label === null ? safe(box.type) : paint('bold', safe(box.label))
  const kind = box.label === null ? '' : ` ${safe(box.type)}`
  const content = box.content === undefined ? [] : JSON.stringify(box.content, null, 2).split('\n')
  return [
    `${indent}${title}${paint('dim', `${kind} · ${facts.join(' · ')}`)}`,
    ...content.map((line) => `${indent}  ${safe(cut(line))}`),
    ...box.boxes.flatMap((child) => boxLines(child, `${indent}  `, context)),
  ]
}

/** Certificates and signatures fill screens; `--json` has them whole. */
const longest = 160
const cut = (line: string) => (line.length > longest ? `${line.slice(0, longest)}…` : line)
