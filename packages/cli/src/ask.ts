/** Asks a person for a secret: nothing of what they type is shown. */
import type { ReadStream } from 'node:tty'
import { Interrupted, type Output } from './io.ts'

/** What a keyboard sends for enter, backspace and giving up. */
const enter = '\r\n\u0004'
const backspace = '\b\u007f'
const giveUp = '\u0003'

/** @throws Interrupted on Ctrl-C. */
export function askSecret(terminal: ReadStream, output: Output, question: string): Promise<string> {
  output.write(question)
  terminal.setRawMode(true)
  terminal.setEncoding('utf8')
  terminal.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (settle: () => void) => {
      terminal.setRawMode(false)
      terminal.pause()
      terminal.off('data', take)
      output.write('\n')
      settle()
    }
    const take = (chunk: string) => {
      for (const character of chunk) {
        if (character === giveUp) return end(() => reject(new Interrupted('SIGINT')))
        if (enter.includes(character)) return end(() => resolve(typed))
        typed = backspace.includes(character) ? [...typed].slice(0, -1).join('') : typed + character
      }
    }
    terminal.on('data', take)
  })
}
