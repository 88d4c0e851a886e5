/** What the command says about itself. */
import { codes, describe as words } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { desk } from './command.ts'

const commands = ['init', 'label', 'verify', 'inspect', 'trust', 'ca', 'cert', 'formats', 'explain', 'doctor']

describe('help', () => {
  test.each([[], ...commands.map((command) => [command])])(
    'opens with two examples: yinji %s --help',
    async (...command) => {
      const { yinji } = await desk([], { identity: false })
      const { code, out } = await yinji([...command, '--help'])
      expect(code).toBe(0)
      const [title, first, second, blank] = out.split('\n')
      expect(title).toBe('Examples:')
      for (const example of [first, second]) expect(example).toMatch(/^ {2}yinji \w+.* {3}\S/)
      expect(blank).toBe('')
      expect(out).toContain(`Usage: yinji ${command.join('')}`)
    },
  )

  test('comes in Chinese', async () => {
    const { yinji } = await desk([], { identity: false })
    const { out } = await yinji(['label', '--help'], { env: { LC_ALL: 'zh_CN.UTF-8' } })
    expect(out).toMatch(/^示例：\n/)
    expect(out).toContain('用法：')
  })

  test('without a command it is shown, but that is no success', async () => {
    const { yinji } = await desk([], { identity: false })
    const { code, out, err } = await yinji([])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Usage: yinji')
  })
})

test('--version', async () => {
  const { yinji } = await desk([], { identity: false })
  expect(await yinji(['--version'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
})

describe('explain', () => {
  test('knows every code in both languages', async () => {
    const { yinji } = await desk([], { identity: false })
    for (const language of ['en', 'zh'] as const) {
      const rows: { code: keyof typeof codes; title: string }[] = JSON.parse(
        (await yinji(['explain', '--json', '--lang', language])).out,
      )
      expect(rows.map(({ code }) => code)).toEqual(Object.keys(codes))
      expect(rows.filter(({ title }) => title.includes('…') || title.includes('{'))).toEqual([])
    }
  })

  test('says what a code means and what to do', async () => {
    const { yinji } = await desk([], { identity: false })
    const { out } = await yinji(['explain', 'output.exists'])
    const { meaning, next } = words('output.exists', {}, 'en')
    expect(out).toContain(meaning)
    expect(out).toContain(next)
  })
})

describe('formats', () => {
  test('the table and the JSON tell the same', async () => {
    const { yinji } = await desk([], { identity: false })
    const rows: { id: string }[] = JSON.parse((await yinji(['formats', '--json'])).out)
    const lines = (await yinji(['formats'])).out.trimEnd().split('\n').slice(1)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(rows.map(({ id }) => id))
    expect(rows.length).toBeGreaterThanOrEqual(7)
  })
})

describe('doctor', () => {
  test('ticks everything on a machine that is ready', async () => {
    const { yinji } = await desk()
    const { code, out } = await yinji(['doctor'])
    expect(out).not.toContain('!')
    expect(code).toBe(0)
  })

  test('tells what is missing and what to do', async () => {
    const { yinji } = await desk([], { identity: false })
    const { code, out } = await yinji(['doctor'])
    expect(code).toBe(4)
    expect(out).toMatch(/^! identity .*\n.*→ .*yinji init/m)
  })
})

test('init tells where things are, and the key is private', async () => {
  const { yinji, home } = await desk([], { identity: false })
  const created = JSON.parse(
    (await yinji(['init', '--provider', 'Acme AI', '--system', 'Painter', '--json'])).out,
  )
  expect(created).toMatchObject({ home, provider: { name: 'Acme AI' }, system: { name: 'Painter' } })
  const { statSync } = await import('node:fs')
  expect(statSync(`${home}/signer.key`).mode & 0o777).toBe(0o600)
  expect(statSync(created.anchor).isFile()).toBe(true)
})
