/** `yinji verify` and certificates that were taken back: lists and answers of openssl, for manifests and labels alike. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Desk, desk, reports } from '../cli/command.ts'

const codes = (report: Report | undefined) => report?.findings.map(({ code }) => code) ?? []

/** Of manifests and of labels. */
const authorities = ['root', 'issuing', 'sm2-root', 'sm2-issuing'] as const

/** An identity whose authority also makes revocation lists and answers, by openssl. */
async function office() {
  const own = await desk(['photo.jpg'])
  await own.yinji(['label', 'photo.jpg', '--no-visible'])
  const folder = join(own.home, 'ca')
  const openssl = (...words: string[]) =>
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const config =
    '[ca]\ndefault_ca=o\n[o]\ndatabase=%.txt\ncrlnumber=%.num\ndefault_crl_days=7\npolicy=p\n[p]\ncommonName=supplied\n'
  const leaf = join(own.home, 'signer.pem')
  const [root = '', sm2Root = ''] = readFileSync(join(folder, 'root.pem'), 'utf8').split(
    /(?<=END CERTIFICATE-----\n)/,
  )
  writeFileSync(join(folder, 'root.pem'), root)
  writeFileSync(join(folder, 'sm2-root.pem'), sm2Root)
  for (const name of authorities) {
    writeFileSync(join(folder, `${name}.cnf`), config.replaceAll('%', name))
    writeFileSync(join(folder, `${name}.txt`), '')
  }
  const ca = (name: string, ...words: string[]) =>
    openssl(
      ...['ca', '-config', `${name}.cnf`, '-cert', `${name}.pem`, '-keyfile', `${name}.key`],
      ...(name.startsWith('sm2') ? ['-md', 'sm3', '-sigopt', 'distid:1234567812345678'] : ['-md', 'sha256']),
      ...words,
    )
  const crl = (name: string, number: string) => {
    writeFileSync(join(folder, `${name}.num`), `${number}\n`)
    const path = own.path(`${name}-${number}.crl`)
    ca(name, '-gencrl', '-out', path)
    return path
  }
  ca('issuing', '-valid', leaf)
  const revoke = (...reason: string[]) => ca('issuing', '-revoke', leaf, ...reason)
  const ocsp = () => {
    const path = own.path('answer.der')
    openssl(
      ...[
        'ocsp',
        '-index',
        'issuing.txt',
        '-CA',
        'issuing.pem',
        '-rsigner',
        'issuing.pem',
        '-rkey',
        'issuing.key',
      ],
      ...['-issuer', 'issuing.pem', '-cert', leaf, '-ndays', '7', '-noverify', '-respout', path],
    )
    return path
  }
  const verify = async (...words: string[]) => {
    const result = await own.yinji(['verify', 'photo.labeled.jpg', '--json', ...words])
    return { ...result, report: result.out ? reports(result)[0] : undefined }
  }
  return { own, crl, revoke, ocsp, verify }
}

describe('a certificate', () => {
  let desks: Awaited<ReturnType<typeof office>>
  beforeAll(async () => {
    desks = await office()
  })

  test('of which nobody says anything passes, unless certainty is asked for', async () => {
    const { verify } = desks
    expect((await verify()).report?.verdict).toBe('trusted')
    const hard = await verify('--revocation', 'hard')
    expect([hard.code, hard.report?.verdict]).toEqual([4, 'unchecked'])
    expect(codes(hard.report)).toContain('manifest.revocation.unchecked')
  })

  test('that lists of every authority up to the root know to be good is certain', async () => {
    const { verify, crl, ocsp } = desks
    const lists = authorities.flatMap((name) => ['--crl', crl(name, '01')])
    const hard = await verify('--revocation', 'hard', ...lists)
    expect([hard.code, hard.report?.verdict]).toEqual([0, 'trusted'])
    expect(codes(hard.report)).toContain('manifest.revocation.good')
    const answered = await verify('--revocation', 'hard', '--ocsp', ocsp())
    expect(answered.report?.verdict).toBe('trusted') // the root’s list was kept
  })

  test('that was revoked is refused, by list and by answer, and not only once', async () => {
    const { verify, crl, revoke, ocsp } = desks
    revoke('-crl_reason', 'keyCompromise')
    const answered = await verify('--ocsp', ocsp())
    expect([answered.code, answered.report?.verdict]).toEqual([1, 'invalid'])
    const listed = await verify('--crl', crl('issuing', '02'))
    expect(codes(listed.report)).toContain('manifest.certificate.revoked')
    expect((await verify()).report?.verdict).toBe('invalid') // the list was kept
    expect((await verify('--revocation', 'off')).report?.verdict).toBe('trusted')
  })

  test('is not rehabilitated by an older list', async () => {
    const { verify, own } = desks
    const old = await verify('--crl', own.path('issuing-01.crl'))
    expect([old.code, old.err]).toEqual([2, expect.stringContaining('usage.crl.rollback')])
  })
})

test('an answer that somebody altered, or gives again about another certificate, is none', async () => {
  const { own, verify, crl, ocsp } = await office()
  const others = authorities.filter((name) => name !== 'issuing')
  const lists = others.flatMap((name) => ['--crl', crl(name, '01')])
  const answer = ocsp()
  const hard = (...words: string[]) => verify('--revocation', 'hard', ...lists, ...words)
  expect((await hard('--ocsp', answer)).report?.verdict).toBe('trusted')
  const bytes = readFileSync(answer)
  const unsigned = Uint8Array.from(bytes)
  const signature = bytes.indexOf(Buffer.from('300a06082a8648ce3d040302', 'hex')) // the first algorithm: ecdsa-with-SHA256
  expect(signature).toBeGreaterThan(0)
  unsigned.fill(0, signature + 20, signature + 60)
  writeFileSync(own.path('unsigned.der'), unsigned)
  const stranger = await office()
  copyFileSync(stranger.ocsp(), own.path('replayed.der'))
  for (const name of ['unsigned.der', 'replayed.der']) {
    const { code, report } = await hard('--ocsp', own.path(name))
    expect([name, code, report?.verdict]).toEqual([name, 4, 'unchecked'])
    expect(codes(report)).toContain('manifest.revocation.unchecked')
  }
})

test('what is no list is said to be none', async () => {
  const own: Desk = await desk(['photo.jpg'])
  mkdirSync(own.path('lists'))
  copyFileSync(own.path('photo.jpg'), own.path('lists/photo.crl'))
  for (const words of [
    ['--crl', 'lists/photo.crl'],
    ['--ocsp', 'photo.jpg'],
    ['--crl', 'nowhere.crl'],
  ]) {
    const { code, err } = await own.yinji(['verify', 'photo.jpg', ...words])
    expect([code, err]).toEqual([2, expect.stringContaining('usage.crl.unreadable')])
  }
})
