/** What is wrong is said in the reader's language too, in the middle of a sentence. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, describe as suite, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { describe } from '../finding.ts'
import { inChinese, problem, problems } from './problems.ts'

const facts = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

suite('words in the middle of a sentence', () => {
  test.each(Object.entries(problems))('%s', (english, chinese) => {
    expect(facts(english)).toEqual(expect.arrayContaining(facts(chinese)))
    const filled = english.replace(/\{(\w+)\}/g, '‹$1›')
    expect(inChinese(filled)).toBe(chinese.replace(/\{(\w+)\}/g, '‹$1›'))
  })

  test('make one Chinese sentence with it, whatever facts they have', () => {
    const why = problem('certificate 3 (CN=x; y) is no CA certificate')
    const error = new UsageError('usage.trust.invalid', { problem: why })
    expect(error.message).toBe(
      'The trust anchors can’t be used: certificate 3 (CN=x; y) is no CA certificate.',
    )
    expect(error.explain('zh').title).toBe('信任锚无法使用：第 3 个证书（CN=x; y）不是 CA 证书。')
  })

  test('may be several, each about a place', () => {
    const problems =
      'provider.name: Too small: expected string to have >=1 characters; contentId: Invalid input'
    const { title } = describe('usage.record.invalid', { problems }, 'zh')
    expect(title).toBe('溯源记录无效：provider.name：至少 1 个字符；contentId：值无效。')
    expect(inChinese('http://a.example/x: connect ECONNREFUSED 127.0.0.1:80')).toBe(
      'http://a.example/x：127.0.0.1:80 拒绝连接',
    )
  })

  test('of others stay as they are, and so do names that look like words', () => {
    expect(inChinese('token 7 is locked')).toBe('token 7 is locked')
    const { title } = describe('usage.trust.unreadable', { path: 'it is missing' }, 'zh')
    expect(title).toContain('it is missing')
  })
})

test('nobody writes such words past the table: they go through `problem`', () => {
  const packages = join(import.meta.dirname, '..', '..', '..')
  const past = readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^\w+\/src\/.*(?<!\.test|\.test-kit)\.ts$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(packages, path), 'utf8')
      return [...text.matchAll(/problem: ['`](?!\$\{issue\?\.).*/g)].map(([line]) => `${path} ${line}`)
    })
  expect(past).toEqual([])
})
