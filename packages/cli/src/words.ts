/** The few words of the command itself; everything about files and failures comes from the code table. */
import type { Report, Verdict } from '@yinji/toolkit'
import { safe } from './paint.ts'
import type { Language } from './settings.ts'

type Claim = NonNullable<Report['origin']>['involvement']

const verdictWords: Record<Verdict, string> = {
  trusted: '可信',
  valid: '完整',
  labeled: '有标识',
  unlabeled: '无标识',
  invalid: '无效',
  unchecked: '未检查',
}

const claims: Record<Claim, readonly [en: string, zh: string]> = {
  generated: ['AI-generated', '人工智能生成'],
  manipulated: ['AI-manipulated', '人工智能修改'],
  declared: ['declared as AI', '声明为人工智能'],
  possible: ['possibly AI', '可能为人工智能'],
  suspected: ['suspected AI', '疑似人工智能'],
  capture: ['claimed to be a capture', '声称为实拍'],
}

export function verdictWord(verdict: Verdict, language: Language): string {
  return language === 'zh' ? verdictWords[verdict] : verdict
}

/** `AI-generated · Acme AI · 2026-11-20`; empty when nothing is claimed. */
export function originWords(origin: Report['origin'], language: Language): string {
  if (origin === null) return ''
  const [en, zh] = claims[origin.involvement]
  const parts = [language === 'zh' ? zh : en, origin.provider, origin.createdAt?.slice(0, 10)]
  return parts.flatMap((part) => (part ? [safe(part)] : [])).join(' · ')
}
