/** A report in words: one line, and for everything that is not as it should be the reason and the next step. */
import { type Code, describe, type Finding, type Report } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { type Exit, exits } from './exit.ts'
import { type Colour, safe } from './paint.ts'
import { identityWords, originWords, verdictWord } from './words.ts'

/** More would only hide the first one; `inspect` shows them all. */
const mostReasons = 6

const gravity: readonly Finding['level'][] = ['error', 'unchecked', 'warning']

function markOf(report: Report, exit: Exit): readonly [mark: string, colour: Colour] {
  if (exit === exits.ok) return ['✓', 'green']
  if (report.verdict === 'invalid') return ['✗', 'red']
  return report.verdict === 'unlabeled' || report.verdict === 'unchecked' ? ['?', 'yellow'] : ['!', 'yellow']
}

/** `✓ trusted photo.labeled.jpg AI-generated · Acme AI · 2026-11-20` */
export function verdictLines(
  name: string,
  report: Report,
  exit: Exit,
  { language, paint, t }: Context,
): string[] {
  const [mark, colour] = markOf(report, exit)
  const origin = originWords(report.origin, language)
  const words = [paint(colour, mark), paint(colour, verdictWord(report.verdict, language)), safe(name)]
  if (origin) words.push(exit === exits.ok ? origin : paint('dim', origin))
  const reasons = reasonsOf(report, exit)
  const shown = reasons.slice(0, mostReasons)
  const lines = [words.join(' '), ...identityLines(report, { language, paint, t })]
  for (const { code, data } of shown)
    lines.push(`  ${safe(describe(code, data ?? {}, language).title)} ${paint('dim', code)}`)
  if (reasons.length > shown.length)
    lines.push(
      `  ${t(`and ${reasons.length - shown.length} more; see`, `另有 ${reasons.length - shown.length} 项，参见`)} \`yinji inspect\``,
    )
  const next = exit === exits.ok ? '' : nextStep(shown, language)
  if (next) lines.push(`  ${paint('cyan', '→')} ${safe(next)}`)
  return lines
}

/** Who else signed content that is what was signed; what does not hold is among the reasons. */
function identityLines({ identities, findings }: Report, { language, paint, t }: Words): string[] {
  if (!findings.some(({ code }) => code === 'manifest.content.intact')) return []
  const holding = identities.filter(({ trust }) => trust === 'trusted' || trust === 'untrusted')
  return holding.map((one) => {
    const mark = one.trust === 'trusted' ? paint('green', '✓') : paint('dim', '·')
    return `  ${mark} ${t('identity', '身份')} ${identityWords(one, language)}`
  })
}

type Words = Pick<Context, 'language' | 'paint' | 't'>

type Reason = { readonly code: Code; readonly data?: Finding['data'] }

/** The gravest first, each code once; the verdict explains itself where no finding does. */
function reasonsOf({ findings, verdict }: Report, exit: Exit): Reason[] {
  const grave = findings
    .filter(({ level }) => gravity.includes(level))
    .sort((a, b) => gravity.indexOf(a.level) - gravity.indexOf(b.level))
  const once = grave.filter(({ code }, index) => grave.findIndex((other) => other.code === code) === index)
  const explained = once.some(({ level }) => level === 'error' || level === 'unchecked')
  if (exit === exits.ok || explained) return once
  return [{ code: `verdict.${verdict}` }, ...once.filter(({ code }) => code !== 'manifest.signer.untrusted')]
}

function nextStep(reasons: readonly Reason[], language: Context['language']): string {
  const steps = reasons.map(({ code, data }) => describe(code, data ?? {}, language).next)
  return steps.find((step) => step !== '') ?? ''
}
