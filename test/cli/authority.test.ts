/** `yinji ca` and `yinji cert`: an authority, a service that enrols, and a reviewer, each at a desk of their own. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { providerCode } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'
import { type Desk, desk, type Result, reports, type World } from './command.ts'

const env = { YINJI_PASSPHRASE: 'correct horse battery' }
const codes = (report: Report | undefined) => report?.findings.map(({ code }) => code) ?? []
const json = <T>({ out }: Result): T => JSON.parse(out) as T

let ministry: Desk
let service: Desk
/** `yinji ca …` at the ministry. */
const ca = async (words: readonly string[], world: World = { env }) => ministry.yinji(['ca', ...words], world)
const done = async (result: Promise<Result>) => {
  const { code, out, err } = await result
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) })
  return { code, out, err, bytes: Buffer.from(out) }
}

beforeAll(async () => {
  ministry = await desk([], { identity: false })
  service = await desk(['photo.jpg', 'picture.png'], { identity: false })
  await done(ca(['init', '--organization', '示例部', '--country', 'CN', '--url', 'http://ca.example']))
  const who = ['--provider', 'Acme AI', '--service', 'Acme Painter', '--code', providerCode]
  await done(service.yinji(['cert', 'request', ...who, '--filing-number', '网信算备110105123456789240017号']))
  for (const name of ['yinji', 'yinji-sm2']) {
    copyFileSync(service.path(`${name}.csr`), ministry.path(`${name}.csr`))
    await done(ca(['issue', `${name}.csr`, '--as-requested', '-o', `${name}.pem`]))
    copyFileSync(ministry.path(`${name}.pem`), service.path(`${name}.pem`))
  }
  await done(ca(['export', '--anchors', 'root.pem', '-o', 'register.json', '--id', 'example']))
  copyFileSync(ministry.path('root.pem'), service.path('root.pem'))
  await done(service.yinji(['cert', 'install', 'yinji.pem', 'yinji-sm2.pem', '--anchors', 'root.pem']))
})

async function reviewer(files: readonly string[]): Promise<Desk> {
  const own = await desk([], { identity: false })
  copyFileSync(ministry.path('root.pem'), own.path('root.pem'))
  for (const file of files) copyFileSync(service.path(file), own.path(file))
  await done(own.yinji(['trust', 'add', 'root.pem']))
  return own
}

describe('a service that enrolled', () => {
  test('labels with what it was given, and a reviewer who knows only the roots trusts both', async () => {
    await done(service.yinji(['label', 'photo.jpg']))
    const own = await reviewer(['photo.labeled.jpg'])
    const [report] = reports(await own.yinji(['verify', 'photo.labeled.jpg', '--json']))
    expect(report?.verdict).toBe('trusted')
    expect(codes(report)).toContain('security.signature.certificate')
    expect(report?.signer?.providerCode).toBe(providerCode)
    // c2pa-rs knows no SM2: of the two roots it is given the one for manifests.
    const [root = ''] = readFileSync(own.path('root.pem'), 'utf8').split(/(?<=END CERTIFICATE-----\n)/)
    const judgement = await judgeByC2pa(readFileSync(own.path('photo.labeled.jpg')), 'image/jpeg', root)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
  })

  test('keeps its keys to itself', () => {
    for (const name of ['signer.key', 'sm2.key'])
      expect(statSync(join(service.home, name)).mode & 0o777).toBe(0o600)
    expect(readdirSync(service.home)).not.toContain('request')
    const all = readdirSync(ministry.home, { recursive: true, encoding: 'utf8' })
    expect(all.filter((name) => name.endsWith('.key'))).toHaveLength(5) // its own, and no others
  })

  test('explains who it is, from the certificate, the request and the picture', async () => {
    await done(service.yinji(['label', 'picture.png', '--no-visible']))
    for (const file of ['yinji.pem', 'yinji.csr', 'picture.labeled.png']) {
      const { out } = await done(service.yinji(['cert', 'show', file]))
      for (const word of ['Acme Painter', 'Acme AI', providerCode, '网信算备110105123456789240017号'])
        expect(out).toContain(word)
    }
    const { out } = await done(service.yinji(['cert', 'show', 'picture.labeled.png', '--json']))
    const shown: { certificates: { at: string; key: string }[] } = JSON.parse(out)
    expect(shown.certificates.map(({ key }) => key)).toEqual(['P-256', 'P-256', 'SM2', 'SM2'])
    const missing = await service.yinji(['cert', 'show', 'photo.jpg'])
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('usage.certificate.unreadable')])
  })

  test('does not lose its keys to a second request, nor installs what belongs to another', async () => {
    const own = await desk([], { identity: false })
    await done(own.yinji(['cert', 'request', '--provider', 'Bolt']))
    const again = await own.yinji(['cert', 'request', '--provider', 'Bolt', '-o', 'again'])
    expect([again.code, again.err]).toEqual([4, expect.stringContaining('authority.request.pending')])
    copyFileSync(ministry.path('yinji.pem'), own.path('foreign.pem'))
    const foreign = await own.yinji(['cert', 'install', 'foreign.pem'])
    expect([foreign.code, foreign.err]).toEqual([4, expect.stringContaining('sign.key.mismatch')])
    expect(readdirSync(join(own.home, 'request')).sort()).toEqual(['config.json', 'signer.key', 'sm2.key'])
  })

  test('whose request can’t be written down asks again under another name', async () => {
    const own = await desk([], { identity: false })
    writeFileSync(own.path('yinji-sm2.csr'), 'mine')
    const taken = await own.yinji(['cert', 'request', '--provider', 'Bolt'])
    expect([taken.code, taken.err]).toEqual([4, expect.stringContaining('output.exists')])
    expect(readdirSync(own.folder)).toEqual(['yinji-sm2.csr'])
    await done(own.yinji(['cert', 'request', '--provider', 'Bolt', '-o', 'bolt']))
    expect(readdirSync(own.folder).sort()).toEqual(['bolt-sm2.csr', 'bolt.csr', 'yinji-sm2.csr'])
  })

  test('that seals its keys needs the passphrase to label', async () => {
    const own = await desk(['photo.jpg'], { identity: false })
    await done(own.yinji(['cert', 'request', '--provider', 'Sealed'], { env }))
    for (const name of ['yinji', 'yinji-sm2']) {
      copyFileSync(own.path(`${name}.csr`), ministry.path(`sealed-${name}.csr`))
      const { out } = await done(ca(['issue', `sealed-${name}.csr`, '--as-requested']))
      writeFileSync(own.path(`${name}.pem`), out)
    }
    await done(own.yinji(['cert', 'install', 'yinji.pem', 'yinji-sm2.pem'], { env }))
    expect(readFileSync(join(own.home, 'sm2.key'), 'utf8')).toContain('ENCRYPTED')
    expect(await own.yinji(['label', 'photo.jpg'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('sign.passphrase.needed'),
    })
    await done(own.yinji(['label', 'photo.jpg'], { env }))
  })

  test('whose key others can read is told so, and nothing is labelled with it', async () => {
    const own = await desk(['photo.jpg'])
    chmodSync(join(own.home, 'signer.key'), 0o644)
    const { code, err } = await own.yinji(['label', 'photo.jpg'])
    expect([code, err]).toEqual([4, expect.stringContaining('sign.key.exposed')])
  })
})

describe('an authority', () => {
  test('certifies nobody it was not told about', async () => {
    const unseen = await ca(['issue', 'yinji.csr'])
    expect([unseen.code, unseen.err]).toEqual([2, expect.stringContaining('authority.subject.incomplete')])
    const forged = await ca([
      'issue',
      'yinji.csr',
      '--as-requested',
      '--code',
      `${providerCode.slice(0, 21)}5${providerCode.slice(22)}`,
    ])
    expect([forged.code, forged.err]).toEqual([2, expect.stringContaining('usage.code.invalid')])
    writeFileSync(ministry.path('note.txt'), 'no request')
    const none = await ca(['issue', 'note.txt', '--as-requested'])
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('usage.request.invalid')])
  })

  test('says what it needs when nobody gives the passphrase, and refuses a wrong one', async () => {
    const mute = await ca(['issue', 'yinji.csr', '--as-requested'], {})
    expect([mute.code, mute.err]).toEqual([4, expect.stringContaining('authority.passphrase.missing')])
    const wrong = await ca(['issue', 'yinji.csr', '--as-requested'], { env: { YINJI_PASSPHRASE: 'guess' } })
    expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('does not open it')])
    writeFileSync(ministry.path('pass'), `${env.YINJI_PASSPHRASE}\nsecond line\n`)
    await done(ca(['issue', 'yinji.csr', '--as-requested', '--passphrase-file', 'pass'], {}))
  })

  test('is founded once', async () => {
    const again = await ca(['init', '--organization', 'Another'])
    expect([again.code, again.err]).toEqual([4, expect.stringContaining('authority.exists')])
    const nowhere = await ca(['list', '--authority', 'nowhere'])
    expect([nowhere.code, nowhere.err]).toEqual([4, expect.stringContaining('authority.missing')])
  })

  test('revokes for the world: openssl and a reviewer take it from its lists', async () => {
    const own = await desk(['photo.jpg'], { identity: false })
    await done(own.yinji(['cert', 'request', '--provider', 'Bolt']))
    for (const name of ['yinji', 'yinji-sm2']) {
      copyFileSync(own.path(`${name}.csr`), ministry.path(`bolt-${name}.csr`))
      await done(ca(['issue', `bolt-${name}.csr`, '--as-requested', '-o', `bolt-${name}.pem`]))
      copyFileSync(ministry.path(`bolt-${name}.pem`), own.path(`${name}.pem`))
    }
    await done(own.yinji(['cert', 'install', 'yinji.pem', 'yinji-sm2.pem', '--anchors', '/dev/null']))
    await done(own.yinji(['label', 'photo.jpg', '--no-visible']))
    copyFileSync(own.path('photo.labeled.jpg'), service.path('bolt.jpg'))
    const judge = await reviewer(['bolt.jpg'])
    const lists = async () => {
      const all = json<{ path: string }[]>(await done(ca(['crl', '--json'])))
      return all.flatMap(({ path }) => ['--crl', path])
    }
    const verify = async () =>
      reports(
        await judge.yinji(['verify', 'bolt.jpg', '--json', '--revocation', 'hard', ...(await lists())]),
      )[0]
    expect((await verify())?.verdict).toBe('trusted')

    await done(ca(['revoke', 'bolt-yinji.pem', '--reason', 'keyCompromise', '--since', '2026-11-01']))
    const after = await verify()
    expect([after?.verdict, codes(after)]).toEqual([
      'invalid',
      expect.arrayContaining(['manifest.certificate.revoked']),
    ])
    const folder = join(ministry.home, 'authority', 'c2pa')
    const verdict = () =>
      execFileSync(
        'openssl',
        [
          ...[
            'verify',
            '-crl_check',
            '-CAfile',
            ministry.path('root.pem'),
            '-untrusted',
            ministry.path('yinji.pem'),
          ],
          ...['-CRLfile', join(folder, 'issuing-1.crl')],
        ].concat(ministry.path('bolt-yinji.pem')),
        { encoding: 'utf8', stdio: 'pipe' },
      )
    expect(verdict).toThrow(/certificate revoked/)
    const rows = json<{ serial: string; revoked: { reason: string } | null }[]>(
      await done(ca(['list', '--json'])),
    )
    expect(rows.filter(({ revoked }) => revoked !== null).map(({ revoked }) => revoked?.reason)).toEqual([
      'keyCompromise',
    ])
  })

  test('answers for one certificate, so that openssl and a reviewer believe it', async () => {
    const folder = join(ministry.home, 'authority', 'c2pa')
    const openssl = (...words: string[]) =>
      execFileSync('openssl', words, { cwd: ministry.folder, encoding: 'utf8', stdio: 'pipe' })
    const question = ['-issuer', join(folder, 'issuing-1.pem'), '-cert', 'yinji.pem']
    openssl('ocsp', ...question, '-reqout', 'question.der')
    await done(ca(['ocsp', 'question.der', '-o', 'answer.der']))
    const answer = ['-CAfile', 'root.pem', '-respin', 'answer.der']
    openssl('ocsp', '-reqin', 'question.der', ...answer, '-verify_other', join(folder, 'issuing-1.pem')) // its nonce
    expect(openssl('ocsp', ...question, '-no_nonce', ...answer)).toMatch(/yinji.pem: good/)
    await done(service.yinji(['label', 'photo.jpg', '--no-visible', '-o', 'answered.jpg']))
    const own = await reviewer(['answered.jpg'])
    copyFileSync(ministry.path('answer.der'), own.path('answer.der'))
    const [report] = reports(await own.yinji(['verify', 'answered.jpg', '--json', '--ocsp', 'answer.der']))
    expect([report?.verdict, codes(report)]).toEqual([
      'trusted',
      expect.not.arrayContaining(['manifest.revocation.unchecked']),
    ])
    writeFileSync(ministry.path('noise.der'), 'no request')
    await done(ca(['ocsp', 'noise.der', '-o', 'refusal.der']))
    expect(readFileSync(ministry.path('refusal.der'))).toEqual(Buffer.from([0x30, 3, 0x0a, 1, 1])) // malformedRequest
  })

  test('hands out a register that a machine without a network believes', async () => {
    await done(service.yinji(['label', 'photo.jpg', '--no-visible', '-o', 'for-register.jpg']))
    const own = await desk([], { identity: false })
    for (const [from, name] of [
      [ministry, 'register.json'],
      [service, 'for-register.jpg'],
    ] as const)
      copyFileSync(from.path(name), own.path(name))
    const { publicKey } = JSON.parse(readFileSync(own.path('register.json'), 'utf8')) as { publicKey: string }
    writeFileSync(own.path('key.pem'), `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`)
    await done(own.yinji(['trust', 'import', 'register.json', '--key', 'key.pem']))
    const [report] = reports(await own.yinji(['verify', 'for-register.jpg', '--json']))
    expect(report?.verdict).toBe('trusted')
  })

  test('asks the person at the terminal twice when there is one', async () => {
    const own = await desk([], { identity: false })
    const asked: string[] = []
    const ask = (answers: string[]) => async (question: string) => {
      asked.push(question)
      return answers[(asked.length - 1) % answers.length] ?? ''
    }
    const differs = await own.yinji(['ca', 'init', '--organization', 'Typo'], {
      ask: ask(['one two three', 'one two']),
    })
    expect([differs.code, differs.err]).toEqual([2, expect.stringContaining('usage.passphrase.differs')])
    await done(own.yinji(['ca', 'init', '--organization', 'Right'], { ask: ask(['one two three']) }))
    expect(asked).toHaveLength(4)
  })
})
