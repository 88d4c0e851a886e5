/** `yinji trust add` with the usages and dates of an authority (C2PA 14.4.1), by hand and from the list of the C2PA. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TrustRow } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Desk, desk, reports } from './command.ts'

const day = 86_400_000
const inDays = (count: number) => new Date(Date.now() + count * day).toISOString()
const c2pa = '1.3.6.1.4.1.62558.2.1'
const another = '1.3.6.1.4.1.311.76.59.1.9'

let provider: Desk
let file: string
let root: string
beforeAll(async () => {
  provider = await desk(['photo.jpg'])
  await provider.yinji(['label', 'photo.jpg', '--no-visible'])
  file = provider.path('photo.labeled.jpg')
  root = join(provider.home, 'ca', 'root.pem')
})

const reviewer = () => desk([], { identity: false })
const verdict = async ({ yinji }: Desk) =>
  reports(await yinji(['verify', file, '--json', '--require', 'labeled']))[0]?.verdict
const rows = async ({ yinji }: Desk) =>
  JSON.parse((await yinji(['trust', 'list', '--json'])).out) as TrustRow[]
const write = (at: Desk, name: string, text: string) => {
  writeFileSync(at.path(name), text)
  return at.path(name)
}

describe('an authority added by hand', () => {
  test('vouches for signers with the usages of its store alone', async () => {
    const office = await reviewer()
    const store = write(
      office,
      'store.cfg',
      `// another maker\n${another}\n//id-kp-timeStamping\n1.3.6.1.5.5.7.3.8`,
    )
    await office.yinji(['trust', 'add', root, '--usages', store])
    expect([await verdict(office), (await rows(office))[0]?.usages]).toEqual(['valid', [another]])
    await office.yinji([
      'trust',
      'add',
      root,
      '--usages',
      write(office, 'store.cfg', `${another}\n${c2pa}\n`),
    ])
    expect(await verdict(office)).toBe('trusted')
    expect((await office.yinji(['trust', 'list'])).out).toContain('c2pa-kp-claimSigning')
    expect(await rows(office)).toHaveLength(2) // for manifests, and for labels
    // What the store accepts of everybody binds those without a list of their own.
    await office.yinji(['trust', 'add', write(office, 'others.cfg', another)])
    expect(await verdict(office)).toBe('trusted')
    await office.yinji(['trust', 'add', root])
    expect(await verdict(office)).toBe('invalid')
  })

  test.each([
    ['until tomorrow', ['--until', inDays(1)], 'trusted'],
    ['until yesterday', ['--until', inDays(-1)], 'valid'],
    ['from tomorrow', ['--from', inDays(1)], 'valid'],
    ['from yesterday', ['--from', inDays(-1).slice(0, 10)], 'trusted'],
  ])('counts in its time: %s', async (_, options, expected) => {
    const office = await reviewer()
    await office.yinji(['trust', 'add', root, ...options])
    expect(await verdict(office)).toBe(expected)
  })

  test('takes its limits along in a list of one’s own', async () => {
    const keeper = await desk()
    await keeper.yinji(['trust', 'add', root, '--until', inDays(-1)])
    const { out } = await keeper.yinji(['trust', 'export', '-o', 'list.json', '--json'])
    const { key } = JSON.parse(out) as { key: string }
    const other = await reviewer()
    await other.yinji(['trust', 'import', keeper.path('list.json'), '--key', key])
    expect(await verdict(other)).toBe('valid')
  })

  test.each([
    ['a date that is none', ['--until', 'soon']],
    ['usages that are none', ['--usages', 'nonsense.cfg']],
    ['usages for time stamps alone', ['--usages', 'stamps.cfg']],
    ['usages of a certificate that is trusted as such', ['--pin', '--usages', 'store.cfg']],
    ['dates of a provider’s key', ['--provider', 'Acme', '--from', '2026-01-01']],
  ])('is refused with %s, and nothing is written', async (_, options) => {
    const office = await reviewer()
    write(office, 'nonsense.cfg', 'any')
    write(office, 'stamps.cfg', '1.3.6.1.5.5.7.3.8\n1.3.6.1.5.5.7.3.9')
    write(office, 'store.cfg', c2pa)
    const { code } = await office.yinji(['trust', 'add', root, ...options])
    expect([code, await rows(office)]).toEqual([2, []])
  })
})

const der = (path = root) =>
  (readFileSync(path, 'utf8').split('-----END')[0] ?? '').replace(/-----[^-]+-----|\s/g, '')
const list = (status: string, time: string, name = 'C2PA Trust List', certificate = der()) =>
  JSON.stringify({
    LoTE: {
      ListAndSchemeInformation: { SchemeName: [{ lang: 'en', value: name }] },
      TrustedEntitiesList: [
        {
          TrustedEntityServices: [
            {
              ServiceInformation: {
                ServiceDigitalIdentity: { X509Certificates: [{ val: certificate }] },
                ServiceStatus: `http://c2pa.org/conformance/trust-list/${status}`,
                StatusStartingTime: time,
              },
            },
          ],
        },
      ],
    },
  })

describe('the list of the C2PA', () => {
  test('is believed as it says, and its next edition takes its place', async () => {
    const office = await reviewer()
    const add = async (text: string) =>
      (await office.yinji(['trust', 'add', write(office, 'list.json', text), '--json'])).out
    const first = list('trusted', inDays(-10))
    expect(JSON.parse(await add(first))).toMatchObject([
      { kind: 'anchor', purpose: 'content', usages: [c2pa] },
    ])
    expect(await verdict(office)).toBe('trusted')
    expect(JSON.parse(await add(first))).toEqual([])
    await add(list('untrusted', inDays(-1)))
    expect([await verdict(office), (await rows(office)).length]).toEqual(['valid', 1])
    const stranger = der(join((await desk()).home, 'ca', 'root.pem'))
    await add(list('trusted', inDays(-1), undefined, stranger))
    expect([await verdict(office), (await rows(office)).length]).toEqual(['valid', 1])
  })

  test('of time-stamp authorities vouches for no content', async () => {
    const office = await reviewer()
    await office.yinji([
      'trust',
      'add',
      write(office, 'list.json', list('trusted', inDays(-10), 'C2PA TSA Trust List')),
    ])
    expect([await verdict(office), (await rows(office))[0]?.purpose]).toEqual(['valid', 'timestamp'])
  })

  test('with a certificate that is no authority’s is refused, and the store stays as it was', async () => {
    const office = await reviewer()
    await office.yinji(['trust', 'add', root])
    const before = readFileSync(join(office.home, 'trust.json'), 'utf8')
    const text = list('trusted', inDays(-1), undefined, der(join(provider.home, 'signer.pem')))
    for (const bad of [text, text.slice(1), '{', '{}', list('trusted', 'soon')])
      expect((await office.yinji(['trust', 'add', write(office, 'list.json', bad)])).code).toBe(2)
    expect(readFileSync(join(office.home, 'trust.json'), 'utf8')).toBe(before)
  })
})

test('a store from before there were usages and dates is read as ever', async () => {
  const office = await reviewer()
  await office.yinji(['trust', 'add', root])
  const path = join(office.home, 'trust.json')
  const store = JSON.parse(readFileSync(path, 'utf8')) as { anchors: object[] }
  expect(store.anchors.map((entry) => Object.keys(entry))).toEqual(
    [1, 2].map(() => ['certificate', 'purpose', 'origin', 'added']),
  )
  expect(await verdict(office)).toBe('trusted')
})

describe('for once, by `verify --trust`, which writes nothing', () => {
  const once = async (office: Desk, ...files: string[]) => {
    const words = [
      'verify',
      file,
      '--json',
      '--require',
      'labeled',
      ...files.flatMap((name) => ['--trust', name]),
    ]
    const result = await office.yinji(words)
    expect(await rows(office)).toEqual([])
    return reports(result)[0]?.verdict ?? result.out
  }

  test('authorities, pinned keys and lists with their dates', async () => {
    const office = await reviewer()
    const listed = (...said: Parameters<typeof list>) => write(office, 'list.json', list(...said))
    expect(await once(office)).toBe('valid')
    expect(await once(office, root)).toBe('trusted')
    expect(await once(office, listed('trusted', inDays(-10)))).toBe('trusted')
    expect(await once(office, listed('trusted', inDays(1)))).toBe('valid')
    expect(await once(office, listed('trusted', inDays(-10), 'C2PA TSA Trust List'))).toBe('valid')
    // What one file says takes nothing from another.
    expect(await once(office, root, listed('untrusted', inDays(-1)))).toBe('trusted')
  })

  test('the usages that signers may have', async () => {
    const office = await reviewer()
    expect(await once(office, root, write(office, 'store.cfg', another))).toBe('invalid')
    expect(await once(office, root, write(office, 'store.cfg', `${c2pa}\n${another}`))).toBe('trusted')
  })

  test('a signed list only where its key is known', async () => {
    const keeper = await desk()
    await keeper.yinji(['trust', 'add', root])
    const exported = async (name: string) =>
      JSON.parse((await keeper.yinji(['trust', 'export', '-o', name, '--json'])).out) as { key: string }
    const { key } = await exported('list.json')
    const refused = await once(await reviewer(), keeper.path('list.json'))
    expect(refused).toContain('usage.list.key')
    expect(refused).toContain(`--key ${key}`)
    const damaged = readFileSync(keeper.path('list.json'), 'utf8').replace(
      '"signature":"',
      '"signature":"AAAA',
    )
    expect(await once(await reviewer(), write(keeper, 'damaged.json', damaged))).toContain('input.list.')
  })

  test('and what adds to a store takes nothing from it', async () => {
    const office = await reviewer()
    await office.yinji(['trust', 'add', root])
    const before = readFileSync(join(office.home, 'trust.json'), 'utf8')
    const late = write(office, 'list.json', list('trusted', inDays(1)))
    const words = ['verify', file, '--json', '--trust', late]
    expect(reports(await office.yinji(words))[0]?.verdict).toBe('trusted')
    expect(readFileSync(join(office.home, 'trust.json'), 'utf8')).toBe(before)
  })

  test.each(['{', '{}', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'nothing that is none: %j',
    async (text) => {
      const office = await reviewer()
      expect(await once(office, root, write(office, 'bad', text))).toContain('usage.trust.invalid')
    },
  )
})
