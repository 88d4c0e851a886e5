import { expect, test } from 'vitest'
import { labelWords } from './label-line.ts'

test.each([
  'AI生成',
  '> AI生成',
  '**本文由人工智能生成**',
  '【AI合成】',
  '本内容由 AI 生成，仅供参考，请仔细甄别。',
  '本回答由 AI 生成，内容仅供参考',
  '本文由豆包AI生成',
  '以上内容疑似由人工智能生成合成',
])('“%s” is a label', (line) => {
  expect(labelWords(line)).toBeDefined()
})

test.each([
  '雨后的桥',
  'AI生成内容治理研究',
  '# 如何识别AI生成的图片',
  'AI',
  '生成合成',
  'AI-generated',
  '我昨天读到一篇讲AI生成的报道',
  'AI生成'.repeat(20),
  '',
])('“%s” is content, and never replaced', (line) => {
  expect(labelWords(line)).toBeUndefined()
})
