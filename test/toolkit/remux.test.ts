/** AAC without a container gets one that has a place for labels; not a packet changes. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { desk } from '../cli/command.ts'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const directory = temporaryDirectory()
const at = (name: string) => join(directory, name)
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
beforeAll(async () => {
  copyFileSync(fixturePath('chime.aac'), at('chime.aac'))
})

/** The packets as a decoder gets them, without the headers of a container. */
const packets = (path: string) => {
  const bare = ['-map', '0:a:0', '-c', 'copy', '-bsf:a', 'aac_adtstoasc', '-f', 'streamhash', '-']
  return execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...bare], { encoding: 'utf8' })
}

describe('remux', () => {
  test('the result is an M4A with the same packets, labelled and signed', async () => {
    const receipt = await toolkit.label(at('chime.aac'), {}, { remux: true, visible: false })
    expect(receipt).toMatchObject({ handler: 'm4a', mediaType: 'audio/mp4', path: at('chime.labeled.m4a') })
    expect((await toolkit.verify(at('chime.labeled.m4a'))).verdict).toBe('trusted')
    expect(packets(at('chime.labeled.m4a'))).toBe(packets(at('chime.aac')))
  })

  test('bytes in, bytes out', async () => {
    const bytes = new Uint8Array(readFileSync(at('chime.aac')))
    const { content } = await toolkit.label(bytes, {}, { remux: true, visible: false, name: 'x.aac' })
    const report = await toolkit.verify(content)
    expect(report).toMatchObject({ verdict: 'trusted', asset: { handler: 'm4a' } })
  })

  test('a label before the stream is known as an earlier one', async () => {
    const field =
      '{"Label":"1","ContentProducer":"Other","ProduceID":"7","ReservedCode1":"","ContentPropagator":"Other","PropagateID":"7","ReservedCode2":""}'
    const text = Buffer.concat([Buffer.from('\u0003AIGC\0'), Buffer.from(field)])
    const frame = Buffer.concat([Buffer.from('TXXX'), Buffer.from([0, 0, 1, text.length & 0x7f, 0, 0]), text])
    frame.writeUInt32BE(((text.length >> 7) << 8) | (text.length & 0x7f), 4)
    const size = frame.length
    const head = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, size >> 7, size & 0x7f])
    writeFileSync(at('other.aac'), Buffer.concat([head, frame, readFileSync(at('chime.aac'))]))
    expect((await toolkit.verify(at('other.aac'))).label).toMatchObject({ ContentProducer: 'Other' })
    const receipt = await toolkit.label(at('other.aac'), {}, { remux: true, visible: false })
    expect(receipt.findings.map(({ code }) => code)).toContain('metadata.aigc.replaced')
    expect((await toolkit.inspect(at('other.labeled.m4a'))).labels).toHaveLength(1)
  })

  test('other formats are left as they are', async () => {
    const receipt = await toolkit.label(
      fixturePath('photo.jpg'),
      {},
      { remux: true, output: at('photo.jpg') },
    )
    expect(receipt.handler).toBe('jpeg')
  })

  test('a new container is a new file', async () => {
    await expect(toolkit.label(at('chime.aac'), {}, { remux: true, inPlace: true })).rejects.toMatchObject({
      code: 'usage.option.conflict',
    })
  })

  test('on the command line the new name is said', async () => {
    const { yinji, path } = await desk(['chime.aac'])
    expect((await yinji(['label', 'chime.aac'])).err).toContain('--remux')
    const done = await yinji(['label', 'chime.aac', '-o', 'out/', '--remux', '--no-visible'])
    expect(done.out).toContain('chime.labeled.m4a')
    expect(existsSync(path('out/chime.labeled.m4a'))).toBe(true)
  })
})
