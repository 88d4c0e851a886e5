import { codes, UsageError, type VisibleLabel, wordingRules, wordings } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { assertLabel } from './check-label.ts'
import { adapted, contrastOver, leastContrast, leastContrastOf, styles } from './styles.ts'

const label: VisibleLabel = { text: 'AI生成', position: 'bottom-right' }

describe('wishes that a rule forbids are refused, with the clause', () => {
  test.each([
    ['visible.text.wording', { text: 'AI generated' }, 'GB 45438'],
    ['visible.text.rule', { text: 'Made with love', wording: 'eu' }, 'art. 50'],
    ['visible.text.rule', { text: 'MAINTENANCE', wording: 'eu' }, 'art. 50'],
    ['visible.text.rule', { text: 'AI', wording: 'in' }, 'IT Rules'],
    ['visible.size.small', { size: 0.049 }, '5.2'],
    ['visible.option.range', { size: 0.5 }, 'size'],
    ['visible.option.range', { size: Number.NaN }, 'size'],
    ['visible.option.range', { margin: -0.1 }, 'margin'],
    ['visible.option.range', { every: 0 }, 'every'],
    ['visible.option.range', { opacity: 1.2 }, 'opacity'],
    ['visible.seconds.short', { seconds: 1.9 }, '5.4'],
    ['visible.style.unknown', { style: 'neon' }, 'plate-light'],
    ['visible.style.unknown', { style: 'toString' }, 'plate-light'],
    ['visible.contrast.low', { opacity: 0.8 }, 'WCAG'],
  ] as const)('%s: %o', (code, wish, clause) => {
    const refused = (() => {
      try {
        assertLabel({ ...label, ...wish })
      } catch (error) {
        return error
      }
    })()
    expect(refused).toBeInstanceOf(UsageError)
    const { code: given, message, ...error } = refused as UsageError
    expect(given).toBe(code)
    const words = (refused as UsageError).explain('en')
    expect(`${message} ${words.next} ${JSON.stringify(error)} ${meaningOf(code)}`).toContain(clause)
  })

  test.each(wordings)('the words that %s has of its own are good enough', (wording) => {
    for (const text of Object.values(wordingRules[wording].texts)) assertLabel({ ...label, text, wording })
  })
})

describe('styles', () => {
  test.each(Object.entries(styles))('%s can be read over any picture', (_, style) => {
    expect(leastContrastOf(style, 1)).toBeGreaterThanOrEqual(leastContrast)
  })

  test('words alone turn dark where the picture is bright', () => {
    expect(contrastOver(adapted(styles.plain, true), 1, 1)).toBeGreaterThan(20)
    expect(contrastOver(adapted(styles.plain, false), 1, 0)).toBeGreaterThan(20)
    expect(contrastOver(adapted(styles.plain, false), 1, 1)).toBe(1)
    expect(adapted(styles.plate, true)).toBe(styles.plate)
  })
})

function meaningOf(code: keyof typeof codes): string {
  return codes[code].en.meaning
}
