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

/** Roles of CAWG identity 5.1.2. */
const roleWords: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  'cawg.creator': ['creator', '创作者'],
  'cawg.contributor': ['contributor', '贡献者'],
  'cawg.editor': ['editor', '编辑'],
  'cawg.producer': ['producer', '制作者'],
  'cawg.publisher': ['publisher', '发布者'],
  'cawg.sponsor': ['sponsor', '赞助者'],
  'cawg.translator': ['translator', '译者'],
}

type Identity = Report['identities'][number]

const standings: Record<Identity['trust'], readonly [en: string, zh: string]> = {
  trusted: ['trusted', '可信'],
  untrusted: ['not known here', '此处不认识'],
  invalid: ['does not hold', '不成立'],
  unchecked: ['could not be checked', '无法检查'],
}

/** `Jane Doe · creator, editor · trusted` */
export function identityWords({ name, roles, trust }: Identity, language: Language): string {
  const word = ([en, zh]: readonly [string, string]) => (language === 'zh' ? zh : en)
  const did = roles.map((role) => {
    const known = Object.hasOwn(roleWords, role) ? roleWords[role] : undefined
    return known ? word(known) : role
  })
  const parts = [name ?? '—', did.join(language === 'zh' ? '、' : ', '), word(standings[trust])]
  return parts.filter(Boolean).map(safe).join(' · ')
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
