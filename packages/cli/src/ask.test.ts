/** A keyboard, played: what is typed is not shown, and can be corrected and given up. */
import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { expect, test } from 'vitest'
import { askSecret } from './ask.ts'
import { Interrupted } from './io.ts'

function keyboard() {
  const raw: boolean[] = []
  const stream = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => raw.push(on) })
  const shown: string[] = []
  const output = { write: (text: unknown) => shown.push(String(text)) > 0 }
  return { raw, stream, shown, ask: () => askSecret(stream as unknown as ReadStream, output, 'Passphrase: ') }
}

test.each([
  ['plain words\r', 'plain words'],
  ['口令x\u007f\n', '口令'],
  ['ab\b\b\bc\u0004', 'c'],
])('%j is %j', async (keys, secret) => {
  const { raw, stream, shown, ask } = keyboard()
  const answer = ask()
  stream.write(keys)
  expect(await answer).toBe(secret)
  expect(shown).toEqual(['Passphrase: ', '\n'])
  expect(raw).toEqual([true, false])
})

test('Ctrl-C gives up, and the terminal is as before', async () => {
  const { raw, stream, ask } = keyboard()
  const answer = ask()
  stream.write('half\u0003')
  await expect(answer).rejects.toBeInstanceOf(Interrupted)
  expect(raw).toEqual([true, false])
})
