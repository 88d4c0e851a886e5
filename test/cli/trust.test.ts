/** `yinji trust`: who is believed, and what becomes of those who are not. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadIdentity, type Report, type TrustRow } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { providerCode } from '../helpers/identity.ts'
import { type Desk, desk, reports } from './command.ts'

const rows = ({ out }: { out: string }) => JSON.parse(out) as TrustRow[]
const codes = (report: Report | undefined) => report?.findings.map(({ code }) => code) ?? []

/** A provider who has labelled a picture, and a reviewer who has the file and nothing else. */
async function meeting(): Promise<{ provider: Desk; reviewer: Desk; file: string; sm2Key: string }> {
  const provider = await desk(['photo.jpg'])
  const reviewer = await desk([], { identity: false })
  await provider.yinji(['label', 'photo.jpg', '--no-visible'])
  const { label } = await loadIdentity(provider.home)
  if (label === undefined) throw new Error('no SM2 key')
  const { writeSm2PublicKey } = await import('@yinji/provenance')
  const spki = Buffer.from(writeSm2PublicKey(label.publicKey)).toString('base64')
  const sm2Key = provider.path('sm2.pub')
  writeFileSync(sm2Key, `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`)
  return { provider, reviewer, file: provider.path('photo.labeled.jpg'), sm2Key }
}

const verified = async ({ yinji }: Desk, file: string) =>
  reports(await yinji(['verify', file, '--json', '--require', 'labeled']))[0]

describe('key usages', () => {
  test('are accepted from a list like that of other verifiers, instead of those of the standard', async () => {
    const { provider, reviewer, file } = await meeting()
    await reviewer.yinji(['trust', 'add', join(provider.home, 'ca', 'root.pem')])
    expect((await verified(reviewer, file))?.verdict).toBe('trusted')
    const add = async (text: string) => {
      writeFileSync(reviewer.path('store.cfg'), text)
      return reviewer.yinji(['trust', 'add', reviewer.path('store.cfg'), '--json'])
    }
    const other = '//another maker\r\n1.3.6.1.4.1.311.76.59.1.9\r\n// time stamps\n1.3.6.1.5.5.7.3.8\n'
    const added = rows(await add(other))
    expect(added).toMatchObject([{ kind: 'usage', id: '1.3.6.1.4.1.311.76.59.1.9' }])
    const refused = await verified(reviewer, file)
    expect(refused?.verdict).toBe('invalid')
    expect(codes(refused)).toContain('manifest.certificate.profile')
    await add('1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n')
    expect((await verified(reviewer, file))?.verdict).toBe('trusted')
    expect((await reviewer.yinji(['trust', 'list'])).out).toContain('emailProtection')
    for (const { id } of rows(await reviewer.yinji(['trust', 'list', '--json'])))
      if (id.startsWith('1.')) await reviewer.yinji(['trust', 'remove', id])
    expect((await verified(reviewer, file))?.verdict).toBe('trusted')
    expect((await add('1.3.6.1.5.5.7.3.8\n')).code).toBe(2)
    expect((await add('1.3.6.1\nnonsense\n')).code).toBe(2)
  })
})

describe('an anchor', () => {
  test('is believed once it is added, told with its origin, and not after it is removed', async () => {
    const { provider, reviewer, file } = await meeting()
    const root = join(provider.home, 'ca', 'root.pem')
    expect((await verified(reviewer, file))?.verdict).toBe('valid')
    const [added] = rows(await reviewer.yinji(['trust', 'add', root, '--json']))
    expect(added).toMatchObject({ kind: 'anchor', purpose: 'content', origin: root })
    expect((await verified(reviewer, file))?.verdict).toBe('trusted')
    const list = await reviewer.yinji(['trust', 'list'])
    expect(list.out).toContain('Acme AI Root CA')
    await reviewer.yinji(['trust', 'remove', added?.id.slice(0, 8) ?? ''])
    expect((await verified(reviewer, file))?.verdict).toBe('valid')
    expect((await reviewer.yinji(['trust', 'remove', 'deadbeef'])).code).toBe(2)
  })

  test('for time stamps vouches for no content', async () => {
    const { provider, reviewer, file } = await meeting()
    await reviewer.yinji(['trust', 'add', join(provider.home, 'ca', 'root.pem'), '--purpose', 'timestamp'])
    expect((await verified(reviewer, file))?.verdict).toBe('valid')
  })

  test('must be an authority; a signer’s own certificate can be pinned', async () => {
    const { provider, reviewer, file } = await meeting()
    const pem = readFileSync(join(provider.home, 'signer.pem'), 'utf8')
    const leaf = reviewer.path('leaf.pem')
    writeFileSync(leaf, `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`)
    const refused = await reviewer.yinji(['trust', 'add', leaf])
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--pin')])
    await reviewer.yinji(['trust', 'add', leaf, '--pin'])
    expect((await verified(reviewer, file))?.verdict).toBe('trusted')
  })
})

describe('a key', () => {
  test('that is pinned vouches for a label', async () => {
    const { reviewer, file, sm2Key } = await meeting()
    expect(codes(await verified(reviewer, file))).toContain('security.signature.embedded')
    await reviewer.yinji(['trust', 'add', sm2Key])
    expect(codes(await verified(reviewer, file))).toContain('security.signature.pinned')
  })

  test('that is bound to a provider is the only one the provider is believed with', async () => {
    const { reviewer, file, sm2Key } = await meeting()
    await reviewer.yinji(['trust', 'add', sm2Key, '--provider', providerCode])
    expect(codes(await verified(reviewer, file))).toContain('security.signature.pinned')
    const impostor = await meeting()
    const report = await verified(reviewer, impostor.file)
    expect([report?.verdict, codes(report).includes('security.key.foreign')]).toEqual(['invalid', true])
  })

  test('is not bound to a code that can’t be', async () => {
    const { reviewer, sm2Key } = await meeting()
    const { code } = await reviewer.yinji([
      'trust',
      'add',
      sm2Key,
      '--provider',
      '001191110102MACQD9K64110000',
    ])
    expect(code).toBe(2)
  })
})

describe('a list', () => {
  /** The reviewer’s list, on its way to a machine without a network. */
  async function exported() {
    const { provider, reviewer, file, sm2Key } = await meeting()
    const keeper = await desk()
    await keeper.yinji(['trust', 'add', join(provider.home, 'ca', 'root.pem')])
    await keeper.yinji(['trust', 'add', sm2Key, '--provider', providerCode])
    const { out } = await keeper.yinji(['trust', 'export', '-o', 'list.json', '--id', 'register', '--json'])
    return {
      keeper,
      reviewer,
      file,
      path: keeper.path('list.json'),
      key: (JSON.parse(out) as { key: string }).key,
    }
  }

  test('brings anchors and keys along, for those who know whose it is', async () => {
    const { reviewer, file, path, key } = await exported()
    const unknown = await reviewer.yinji(['trust', 'import', path])
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining(key)])
    const wrong = await reviewer.yinji(['trust', 'import', path, '--key', 'ab'.repeat(32)])
    expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('input.list.foreign')])
    expect((await reviewer.yinji(['trust', 'import', path, '--key', key])).code).toBe(0)
    const report = await verified(reviewer, file)
    expect(report?.verdict).toBe('trusted')
    expect(codes(report)).toContain('security.signature.certificate')
    const kinds = rows(await reviewer.yinji(['trust', 'list', '--json'])).map(({ kind, origin }) => [
      kind,
      origin,
    ])
    expect(kinds).toEqual([
      ['list', path],
      ['anchor', 'register'], // of manifests
      ['anchor', 'register'], // of labels
      ['provider', 'register'],
    ])
  })

  test('that was changed, rolled back or forked is refused, and the old one stays', async () => {
    const { keeper, reviewer, path, key } = await exported()
    await reviewer.yinji(['trust', 'import', path, '--key', key])
    const before = await reviewer.yinji(['trust', 'list', '--json'])
    const { exportTrust } = await import('@yinji/toolkit')
    const { label } = await loadIdentity(keeper.home)
    if (label === undefined) throw new Error('no key')
    const edition = async (name: string, when: number) => {
      const list = await exportTrust(keeper.home, {
        id: 'register',
        name,
        signer: label,
        now: new Date(when),
      })
      writeFileSync(keeper.path('other.json'), list)
      return reviewer.yinji(['trust', 'import', keeper.path('other.json')])
    }
    expect((await edition('Old', Date.now() - 86_400_000)).err).toContain('input.list.rollback')
    const envelope = JSON.parse(readFileSync(path, 'utf8')) as { payload: string }
    const { sequence } = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
      sequence: number
    }
    expect((await edition('Another', sequence * 1000)).err).toContain('input.list.fork')
    const forged = { ...envelope, payload: Buffer.from('{}').toString('base64') }
    writeFileSync(keeper.path('forged.json'), JSON.stringify(forged))
    const changed = await reviewer.yinji(['trust', 'import', keeper.path('forged.json')])
    expect([changed.code, changed.err]).toEqual([4, expect.stringContaining('input.list.signature')])
    expect(await reviewer.yinji(['trust', 'list', '--json'])).toEqual(before)
    expect((await edition('New', Date.now() + 5000)).code).toBe(0)
  })

  test('is renewed from where it came from', async () => {
    const { keeper, reviewer, path, key } = await exported()
    await reviewer.yinji(['trust', 'import', path, '--key', key])
    const { exportTrust } = await import('@yinji/toolkit')
    const { label, signer } = await loadIdentity(keeper.home)
    const edition = async (by: typeof signer | typeof label, seconds: number) => {
      if (by === undefined) throw new Error('no key')
      const now = new Date(Date.now() + seconds * 1000)
      writeFileSync(path, await exportTrust(keeper.home, { id: 'register', name: 'N', signer: by, now }))
      return reviewer.yinji(['trust', 'update', '--json'])
    }
    const [list] = rows(await edition(label, 9))
    expect(list).toMatchObject({ kind: 'list', id: 'register', origin: path })
    expect((await edition(signer, 99)).err).toContain('input.list.foreign') // another key
  })

  test('can withdraw a provider', async () => {
    const { reviewer, file } = await meeting()
    const keeper = await desk()
    const { label } = await loadIdentity(keeper.home)
    const { signTrustList } = await import('@yinji/provenance')
    if (label === undefined) throw new Error('no key')
    for (const [sequence, status, verdict] of [
      [1, 'active', 'valid'],
      [2, 'suspended', 'valid'],
      [3, 'withdrawn', 'invalid'],
    ] as const) {
      const list = {
        schema: 'yinji.trust-list/1' as const,
        id: 'register',
        name: 'Register',
        sequence,
        issuedAt: '2026-01-01T00:00:00Z',
        nextUpdate: '2026-02-01T00:00:00Z',
        providers: [{ code: providerCode, status }],
      }
      writeFileSync(keeper.path('list.json'), await signTrustList(list, label))
      const { sm2Fingerprint } = await import('@yinji/provenance')
      const key = sm2Fingerprint(label.publicKey)
      await reviewer.yinji(['trust', 'import', keeper.path('list.json'), '--key', key])
      expect((await verified(reviewer, file))?.verdict).toBe(verdict)
    }
    const check = await reviewer.yinji(['trust', 'check'])
    expect([check.code, check.out]).toEqual([1, expect.stringContaining('trust.list.overdue')])
  })
})

test('a damaged store is said to be one', async () => {
  const { yinji, home, path } = await desk(['photo.jpg'])
  writeFileSync(join(home, 'trust.json'), '{')
  const { code, err } = await yinji(['verify', path('photo.jpg')])
  expect([code, err]).toEqual([2, expect.stringContaining('usage.trust.damaged')])
})
