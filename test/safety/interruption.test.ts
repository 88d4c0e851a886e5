/** Whatever interrupts the work: the original is as it was, and no half file has the target's name. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatePrivateKey, openCertificateKey, requestCertificate } from '@yinji/provenance/certificates'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { longSound } from '../helpers/long-sound.ts'

const root = join(import.meta.dirname, '..', '..')
const home = temporaryDirectory()
const identity = await testIdentity()
beforeAll(async () => {
  await child(['init', '--provider', 'Acme'], '')
})

const args = ['--conditions=development', '--import', 'tsx', 'packages/cli/src/main.ts']
function child(command: string[], prefix: string) {
  const line = [process.execPath, ...args, ...command].map((word) => `'${word}'`).join(' ')
  return new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const process_ = spawn('bash', ['-c', `${prefix}exec ${line}`], {
      cwd: root,
      env: { ...process.env, YINJI_HOME: home },
    })
    let stderr = ''
    process_.stderr.on('data', (data) => (stderr += data))
    process_.on('close', (code) => resolve({ code, stderr }))
  })
}

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

async function lastEntry(record: string) {
  const name = (await readdir(record)).sort().at(-1) ?? ''
  return { entry: JSON.parse(await readFile(join(record, name), 'utf8')) as { serial: string } }
}

describe('the original survives', () => {
  test('kill -9 in the middle of writing', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'long.wav')
    await longSound(input, 400_000_000)
    const before = await digest(input)
    const process_ = spawn(process.execPath, [...args, 'label', input, '--no-visible', '--in-place'], {
      cwd: root,
      env: { ...process.env, YINJI_HOME: home },
      stdio: 'ignore',
    })
    const growing = async () => (await readdir(directory)).find((name) => name.endsWith('.tmp'))
    const closed = once(process_, 'close')
    let name = await growing()
    while (name === undefined || (await stat(join(directory, name)).catch(() => undefined))?.size === 0) {
      expect(process_.exitCode, 'it must still be running').toBeNull()
      await sleep(2)
      name = await growing()
    }
    process_.kill('SIGKILL')
    await closed
    expect(await digest(input)).toBe(before)
    expect((await stat(input)).size).toBe(400_000_000)
  })

  test('a full disk, as the system reports it', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'long.wav')
    await longSound(input, 8_000_000)
    // A file size limit makes write(2) fail half way through, as a full disk or quota does.
    const { code, stderr } = await child(['label', input, '--no-visible'], "trap '' XFSZ; ulimit -f 4000; ")
    expect(stderr).toContain('The disk is full')
    expect(code).toBe(4)
    expect(await readdir(directory)).toEqual(['long.wav'])
  })

  test('a full disk while a small file is written', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'photo.jpg')
    await copyFile(fixturePath('photo.jpg'), input)
    const before = await digest(input)
    const limited = "trap '' XFSZ; ulimit -f 32; "
    const { code, stderr } = await child(['label', input, '--no-visible', '--in-place'], limited)
    expect(stderr).toContain('The disk is full')
    expect(code).toBe(4)
    expect(await readdir(directory)).toEqual(['photo.jpg'])
    expect(await digest(input)).toBe(before)
  })

  test('a full disk while a certificate is recorded: none is handed out, and the next one is the first', async () => {
    const directory = temporaryDirectory()
    const ca = (...words: string[]) => ['ca', ...words, '--authority', join(directory, 'ca')]
    const secret = "export YINJI_PASSPHRASE='five random words'; "
    expect((await child(ca('init', '--organization', 'Ministry'), secret)).code).toBe(0)
    const key = openCertificateKey(await generatePrivateKey('P-256'))
    const request = join(directory, 'acme.csr')
    await writeFile(request, await requestCertificate({ organization: 'Acme', commonName: 'Painter' }, key))
    const record = join(directory, 'ca', 'record')
    const before = await readdir(record)
    const issue = ca('issue', request, '--as-requested', '-o', join(directory, 'acme.pem'))
    const limited = (blocks: number) => child(issue, `${secret}trap '' XFSZ; ulimit -f ${blocks}; `)
    const full = await limited(0)
    expect([full.code, full.stderr]).toEqual([4, expect.stringContaining('The disk is full')])
    expect(await readdir(record)).toEqual(before)
    // Recorded, but no room for the chain: nothing half is left, and it can be had again.
    const chainless = await limited(1)
    expect([chainless.code, chainless.stderr]).toEqual([4, expect.stringContaining('The disk is full')])
    expect(await readdir(directory)).toEqual(['acme.csr', 'ca'])
    const { entry } = await lastEntry(record)
    const again = ca('export', '--certificate', entry.serial, '-o', join(directory, 'again.pem'))
    expect((await child(again, '')).code).toBe(0)
    expect(await readFile(join(directory, 'again.pem'), 'utf8')).toMatch(
      /^(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n){2}$/,
    )
  })

  test('abort while writing', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'long.wav')
    await longSound(input, 64_000_000)
    const controller = new AbortController()
    const toolkit = createToolkit({ identity })
    const job = toolkit.label(
      input,
      {},
      {
        visible: false,
        signal: controller.signal,
        onProgress: ({ fraction }) => fraction > 0.3 && controller.abort(),
      },
    )
    await expect(job).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(directory)).toEqual(['long.wav'])
  })

  test('abort while ffmpeg is drawing', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'clip.mp4')
    await copyFile(fixturePath('clip.mp4'), input)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 120)
    const job = createToolkit({ identity }).label(input, {}, { signal: controller.signal })
    await expect(job).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(directory)).toEqual(['clip.mp4'])
  })

  test('a target that may not be replaced is refused before the label is drawn', async () => {
    const directory = temporaryDirectory()
    const output = join(directory, 'out.mp4')
    await writeFile(output, 'mine')
    const toolkit = createToolkit({ identity, ffmpeg: join(directory, 'not-there') })
    const job = toolkit.label(fixturePath('clip.mp4'), {}, { output })
    await expect(job).rejects.toMatchObject({ code: 'output.exists' })
    expect(await readFile(output, 'utf8')).toBe('mine')
  })

  test('a target that appears while we work is not overwritten', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'long.wav')
    const output = join(directory, 'out.wav')
    await longSound(input, 32_000_000)
    let planted: Promise<void> | undefined
    const job = createToolkit({ identity }).label(
      input,
      {},
      {
        output,
        visible: false,
        onProgress: () => {
          planted ??= writeFile(output, 'mine')
        },
      },
    )
    await expect(job).rejects.toMatchObject({ code: 'output.exists' })
    await planted
    expect(await readFile(output, 'utf8')).toBe('mine')
    expect((await readdir(directory)).sort()).toEqual(['long.wav', 'out.wav'])
  })

  test('a file that shrinks while it is read', async () => {
    const directory = temporaryDirectory()
    const input = join(directory, 'long.wav')
    await longSound(input, 40_000_000)
    let cut: Promise<void> | undefined
    const job = createToolkit({ identity }).label(
      input,
      {},
      {
        visible: false,
        onProgress: () => {
          cut ??= open(input, 'r+').then(async (handle) => {
            await handle.truncate(1000)
            await handle.close()
          })
        },
      },
    )
    await expect(job).rejects.toMatchObject({ code: 'input.damaged' })
    await cut
    expect(await readdir(directory)).toEqual(['long.wav'])
  })
})
