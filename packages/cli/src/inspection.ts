/** An inspection in words: one block per layer. */
import { describe, type Inspection, inChinese } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { type Colour, pad, safe, width } from './paint.ts'
import { identityWords, originWords, verdictWord } from './words.ts'

type Row = readonly [name: string, value: string | null | undefined]

const marks = {
  pass: ['✓', 'green'],
  info: ['·', 'dim'],
  warning: ['!', 'yellow'],
  error: ['✗', 'red'],
  unchecked: ['?', 'yellow'],
  fault: ['✗', 'red'],
} as const satisfies Record<string, readonly [string, Colour]>

export function inspectionLines(name: string, inspection: Inspection, context: Context): string[] {
  const { t, language } = context
  const { asset, verdict, origin } = inspection.report
  const file: Row[] = [
    [t('type', '类型'), asset.mediaType],
    [t('bytes', '字节'), asset.bytes.toLocaleString('en')],
    ['SHA-256', asset.sha256],
    [t('verdict', '结论'), verdictWord(verdict, language)],
    [t('origin', '来源'), originWords(origin, language)],
    [t('system', '系统'), origin?.system],
    [t('content id', '内容编号'), origin?.contentId],
  ]
  return [
    ...block(safe(name), file, context).slice(1),
    ...labelBlocks(inspection, context),
    ...signerBlock(inspection, context),
    ...identitiesBlock(inspection, context),
    ...historyBlock(inspection, context),
    ...findingsBlock(inspection, context),
  ]
}

/** Exactly what stands in the file, except that a terminal is not handed control characters. */
export function rawLines({ labels, properties, manifest, store }: Inspection, { io }: Context): string[] {
  const show = io.stdout.isTTY ? safe : (text: string) => text
  const lines = labels.flatMap(({ site, raw }) => [`# ${safe(site)}`, show(raw)])
  for (const { site, name, value } of properties) lines.push(`# ${safe(site)} ${safe(name)}`, show(value))
  if (manifest && store) lines.push(`# ${safe(manifest.site)}`, Buffer.from(store).toString('base64'))
  return lines
}

function labelBlocks({ labels, properties, report }: Inspection, context: Context): string[] {
  const { t } = context
  const fields = Object.entries(report.label ?? {})
  const sites = labels.map(({ site }) => site).join(', ')
  const named = properties.map(({ name, value }): Row => [name, shortened(value)])
  const signs = report.evidence.map(
    ({ id, class: grade, tool, at }): Row => [grade, [tool, id, at].filter(Boolean).join(' · ')],
  )
  return [
    ...block(`AIGC ${context.paint('dim', safe(sites))}`, fields, context),
    ...block(t('Texts', '文本'), named, context),
    ...block(t('Evidence', '证据'), signs, context),
  ]
}

/** A prompt or a graph of nodes fills screens; `--raw` shows all of it. */
function shortened(value: string): string {
  const line = value.replace(/\s+/g, ' ')
  return line.length > longestValue ? `${line.slice(0, longestValue)}…` : line
}

const longestValue = 200

function signerBlock({ manifest, report: { signer } }: Inspection, context: Context): string[] {
  const { t, paint } = context
  if (manifest === null) return []
  const size = `${safe(manifest.site)} · ${manifest.bytes.toLocaleString('en')} ${t('bytes', '字节')}`
  const rows: Row[] = signer
    ? [
        [t('signer', '签名者'), signer.subject],
        [t('issuer', '签发者'), signer.issuer],
        [t('code', '编码'), signer.providerCode],
        [t('valid until', '有效期至'), signer.notAfter],
        [t('algorithm', '算法'), signer.algorithm],
        [t('trust', '信任'), signer.trust],
      ]
    : [[t('signer', '签名者'), '–']]
  return block(`C2PA ${paint('dim', size)}`, rows, context)
}

/** Who else stands behind it, who says so, and what an aggregator of identity claims has seen. */
function identitiesBlock({ report: { identities } }: Inspection, context: Context): string[] {
  const { t, language } = context
  return identities.flatMap((one) => [
    ...block(
      `CAWG ${context.paint('dim', safe(one.type))}`,
      [
        [t('identity', '身份'), identityWords(one, language)],
        [t('reason', '原因'), one.reason && t(one.reason, inChinese(one.reason))],
        [t('issuer', '签发者'), one.issuer],
        [t('signed', '所签断言'), one.signed.join(', ')],
        [t('signed at', '签名时间'), one.signedAt],
        ...one.verified.map(
          ({ type, name, uri, provider, verifiedAt }): Row => [
            type.replace(/^cawg\./, ''),
            [name, uri, provider, verifiedAt?.slice(0, 10)].filter(Boolean).join(' · '),
          ],
        ),
      ],
      context,
    ),
  ])
}

function historyBlock({ report: { history } }: Inspection, context: Context): string[] {
  const rows = history.map(({ action, when, by, digitalSourceType }): Row => {
    const type = digitalSourceType?.slice(digitalSourceType.lastIndexOf('/') + 1)
    return [when?.slice(0, 10) ?? '–', [action, by, type].filter(Boolean).join(' · ')]
  })
  return block(context.t('History', '历史'), rows, context)
}

function findingsBlock({ report: { findings } }: Inspection, context: Context): string[] {
  const { t, paint, language } = context
  if (findings.length === 0) return []
  const lines = findings.map(({ code, level, data, at }) => {
    const [mark, colour] = marks[level]
    const place = at === undefined ? '' : ` ${paint('dim', safe(at))}`
    return `  ${paint(colour, mark)} ${safe(describe(code, data ?? {}, language).title)} ${paint('dim', code)}${place}`
  })
  return ['', paint('bold', t('Findings', '检查结果')), ...lines]
}

function block(title: string, rows: readonly Row[], { paint }: Context): string[] {
  const shown = rows.flatMap(([name, value]) => (value ? [[safe(name), safe(value)] as const] : []))
  if (shown.length === 0) return []
  const column = Math.max(...shown.map(([name]) => width(name)))
  return [
    '',
    paint('bold', title),
    ...shown.map(([name, value]) => `  ${paint('dim', pad(name, column))}  ${value}`),
  ]
}
