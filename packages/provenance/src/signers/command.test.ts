/** Keys behind a program: its own or a token’s. */
import { spawnSync } from 'node:child_process'
import type { YinjiError } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PkiEntry } from '../trust/pki.test-kit.ts'
import { createCommandSigner } from './command.ts'
import { bytes, chain, expectSigns, failure, leaf, pki, root } from './signers.test-kit.ts'

describe('a command', () => {
  const node = (program: string, seconds = 20) =>
    createCommandSigner({ chain, command: [process.execPath, '-e', program], timeoutSeconds: seconds })

  test('signs: openssl with a key this process never reads', async () => {
    const openssl = pki.run('version', '-d') && '/usr/bin/openssl'
    const command = [openssl, 'dgst', '-sha256', '-sign', pki.path(`${leaf.name}.key`)] as const
    await expectSigns(createCommandSigner({ chain, command }), leaf.certificate)
  })

  test('gets no shell: its arguments are what they are', async () => {
    const command = [
      process.execPath,
      '-e',
      'process.exit(process.argv[1] === "$(id);*" ? 7 : 0)',
      '$(id);*',
    ] as const
    expect(await failure(() => createCommandSigner({ chain, command }).sign(bytes))).toEqual({
      code: 'sign.external.failed',
      problem: 'exit code 7',
    })
  })

  test('that fails, hangs, floods or is not there is reported', async () => {
    const code = 'sign.external.failed'
    expect(await failure(() => node('console.error("token locked"); process.exit(1)').sign(bytes))).toEqual({
      code,
      problem: 'exit code 1: token locked',
    })
    const lines = 'console.error("no card\\n  in slot 1\\n"); process.exit(1)'
    expect(await failure(() => node(lines).sign(bytes))).toEqual({
      code,
      problem: 'exit code 1: no card in slot 1',
    })
    expect(await failure(() => node('setTimeout(() => {}, 60000)', 0.5).sign(bytes))).toEqual({
      code,
      problem: 'no answer within 0.5 seconds',
    })
    expect(await failure(() => node('for (;;) process.stdout.write("x".repeat(1e5))').sign(bytes))).toEqual({
      code,
      problem: 'it wrote far more than a signature',
    })
    const missing = createCommandSigner({ chain, command: ['/nowhere/signer'] })
    expect(await failure(() => missing.sign(bytes))).toMatchObject({ code })
    expect(await failure(() => createCommandSigner({ chain, command: ['signer'] }))).toMatchObject({
      code: 'usage.signer.invalid',
    })
  })
})

describe('a token behind PKCS #11', () => {
  const env = () => ({ ...process.env, SOFTHSM2_CONF: pki.path('softhsm.conf'), PIN: '1234' })
  const module = '/usr/lib/softhsm/libsofthsm2.so'
  const run = (program: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(program, args, { env: env(), encoding: 'utf8' })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  }
  const put = ({ name }: PkiEntry, id: string) => {
    pki.run('pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`, '-out', 'import.pem')
    const where = ['--token', 'acme', '--label', 'signer', '--id', id, '--pin', '1234']
    run('softhsm2-util', '--import', pki.path('import.pem'), ...where)
  }
  const signerOf = ({ certificate }: PkiEntry, ...args: string[]) => {
    const token = ['--module', module, '--token-label', 'acme', '--login', '--pin', 'env:PIN']
    const command = ['/usr/bin/pkcs11-tool', ...token, '--sign', '--mechanism', 'ECDSA', ...args] as const
    return createCommandSigner({ chain: certificate, command, input: 'digest', env: env() })
  }
  let second: PkiEntry
  beforeAll(() => {
    pki.write('softhsm.conf', `directories.tokendir = ${pki.directory}\n`)
    run('softhsm2-util', '--init-token', '--free', '--label', 'acme', '--pin', '1234', '--so-pin', '5678')
    second = pki.issue({}, root)
    put(leaf, '01')
    put(second, '02')
  })

  test('signs through pkcs11-tool, with one of several keys of one label', async () => {
    await expectSigns(signerOf(leaf, '--id', '01'), leaf.certificate)
    await expectSigns(signerOf(second, '--id', '02', '--signature-format', 'sequence'), second.certificate)
  })

  test('with another key is refused, and told apart by --id', async () => {
    const code = 'sign.external.wrong'
    const problem = 'another key or another digest made it'
    // Which of both is the first is the token’s affair, each time it is opened.
    const said = new Set<unknown>()
    for (let round = 0; round < 10 && said.size === 0; round++)
      for (const entry of [leaf, second]) {
        const signed = signerOf(entry, '--label', 'signer').sign(bytes)
        await signed.catch(({ details }: YinjiError) => said.add(details['problem']))
      }
    const hint = '; pkcs11-tool signs with the first key of the token unless --id names another'
    expect([...said]).toEqual([`${problem}${hint}`])
    expect(await failure(() => signerOf(leaf, '--id', '02').sign(bytes))).toMatchObject({ code, problem })
    expect(await failure(() => signerOf(leaf, '--id', '07').sign(bytes))).toMatchObject({
      code: 'sign.external.failed',
      problem: expect.stringContaining('Private key not found'),
    })
  })
})
