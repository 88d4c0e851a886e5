/** Answers of an own authority, to openssl’s questions, as openssl and our own reader see them. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeOcspRequest } from '../revocation/ask.ts'
import { aboutOne, readOcsp, signerOf } from '../revocation/ocsp.ts'
import { createRevocation } from '../revocation/revocation.ts'
import { signCrl } from './crl.ts'
import { type Entry, Hierarchy } from './hierarchy.test-kit.ts'
import { keyKinds } from './key.ts'
import { answerOcsp, type OcspResponder, type OcspStatus, refuseOcsp } from './ocsp.ts'
import { readOcspRequest } from './ocsp-request.ts'

const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const since = new Date('2026-03-04T05:06:07Z')

const responder = (by: Entry, issuer: Entry, statuses: ReadonlyMap<string, OcspStatus>): OcspResponder => ({
  ...by,
  issuer: issuer.certificate,
  statusOf: (serial) => statuses.get(serial) ?? 'unknown',
})

/** An authority with its clerk, and certificates of every state. */
async function office(hierarchy: Hierarchy) {
  const leaf = { kind: hierarchy.kind === 'SM2' ? 'SM2' : 'P-256' } as const
  const root = await hierarchy.issue('root')
  const clerk = await hierarchy.issue('ocsp', root)
  const good = await hierarchy.issue('signer', root, leaf)
  const stolen = await hierarchy.issue('signer', root, leaf)
  const closed = await hierarchy.issue('signer', root, leaf)
  const strange = await hierarchy.issue('signer', root, leaf)
  const statuses = new Map<string, OcspStatus>([
    [good.read.serial, 'good'],
    [stolen.read.serial, { when: since, reason: 'keyCompromise' }],
    [closed.read.serial, { when: since, reason: 'unspecified' }],
  ])
  /** A request by openssl. */
  const ask = (issuer: Entry, about: readonly Entry[], ...words: string[]) => {
    const certs = about.flatMap(({ pem }) => ['-cert', pem])
    hierarchy.openssl('ocsp', '-issuer', issuer.pem, ...certs, ...words, '-reqout', 'request.der')
    return hierarchy.bytes('request.der')
  }
  return { root, clerk, good, stolen, closed, strange, statuses, ask }
}

// One size of RSA: making the larger keys takes seconds, and the lists are signed with them.
const kinds = keyKinds.filter((kind) => kind !== 'RSA-3072' && kind !== 'RSA-4096')

describe.each(kinds)('answers signed with %s', (kind) => {
  const hierarchy = new Hierarchy(kind)
  afterAll(() => hierarchy[Symbol.dispose]())
  const made = office(hierarchy)

  test('openssl hears every status, from the authority and from its clerk', async () => {
    const { root, clerk, good, stolen, closed, strange, statuses, ask } = await made
    const about = [good, stolen, closed, strange]
    for (const by of [root, clerk]) {
      const request = ask(root, about)
      const answer = await answerOcsp(request, [responder(by, root, statuses)])
      if (kind === 'SM2') {
        const response = readOcsp(answer)
        if (response === undefined) throw new Error('unreadable')
        expect(hierarchy.sm2Verify(by, response.signed, response.signature)).toContain(
          'Verified Successfully',
        )
        continue
      }
      hierarchy.file('answer.der', answer)
      const said = hierarchy.openssl(
        ...[
          'ocsp',
          '-reqin',
          'request.der',
          '-respin',
          'answer.der',
          '-CAfile',
          root.pem,
          '-verify_other',
          root.pem,
          '-resp_text',
        ],
      )
      expect(said).toContain('Response verify OK')
      expect(said).not.toContain('WARNING') // about a nonce
      const found = [...said.matchAll(/Cert Status: (.*)\n/g)].map(([, status]) => status)
      expect(found).toEqual(['good', 'revoked', 'revoked', 'unknown'])
      expect(said).toMatch(/Revocation Time: Mar {2}4 05:06:07 2026 GMT\n *Revocation Reason: keyCompromise/)
      expect(said).not.toContain('unspecified')
    }
  })

  test('our own reader hears them too', async () => {
    const { root, clerk, good, stolen, closed, statuses, ask } = await made
    const request = ask(root, [good, stolen, closed])
    const nonce = Uint8Array.of(1, 2, 3)
    const own = encodeOcspRequest(stolen.read, root.read, nonce)
    const heard = createRevocation()
    const question = { certificate: stolen.read, issuer: root.read, now }
    const reply = await answerOcsp(own, [responder(clerk, root, statuses)])
    expect(heard.hearAnswer(question, reply, Uint8Array.of(1, 2, 4))).toBe('replayed')
    expect(heard.statusOf(question)).toMatchObject({ status: 'unknown' })
    expect(heard.hearAnswer(question, reply, nonce)).toBeUndefined()
    expect(heard.statusOf(question)).toMatchObject({ status: 'revoked' })

    const answer = await answerOcsp(request, [responder(clerk, root, statuses)], { now })
    const response = readOcsp(answer)
    expect(response?.nonce).toEqual(readOcspRequest(request)?.nonce)
    expect(response?.nonce).toHaveLength(16)
    expect(response && signerOf(response, root.read)).toBe('authority')
    expect(response?.answers).toMatchObject([
      { status: 'good', thisUpdate: now, nextUpdate: new Date(now.getTime() + 86_400_000) },
      { status: { when: since, reason: 'keyCompromise' } },
      { status: { when: since, reason: 'unspecified' } },
    ])
    const statusOf = ({ read }: Entry) =>
      createRevocation({ ocsps: [answer] }).statusOf({ certificate: read, issuer: root.read, now })
    expect(statusOf(good)).toEqual({ status: 'good' })
    expect(statusOf(stolen)).toMatchObject({ status: 'revoked', reason: 'keyCompromise', when: since })
  })
})

describe('a responder', () => {
  const hierarchy = new Hierarchy('P-256')
  afterAll(() => hierarchy[Symbol.dispose]())
  const made = office(hierarchy)

  test.each(['sha1', 'sha256', 'sha384', 'sha512', 'sm3'])('knows the issuer by %s', async (hash) => {
    const { root, clerk, good, statuses } = await made
    // the digest counts for the certificates that follow it
    hierarchy.openssl('ocsp', '-issuer', root.pem, `-${hash}`, '-cert', good.pem, '-reqout', 'hash.der')
    const request = hierarchy.bytes('hash.der')
    expect(readOcspRequest(request)?.questions[0]?.hash).toBe(hash)
    const response = readOcsp(await answerOcsp(request, [responder(clerk, root, statuses)]))
    const [answer] = response?.answers ?? []
    expect(answer && aboutOne(good.read, root.read)(answer)).toBe(true)
    expect(answer?.status).toBe('good')
  })

  test('an answer or a list is held against an authority once, however many signatures ask', async () => {
    const { root, clerk, good, statuses, ask } = await made
    let asked = 0
    const watched = (key: typeof root) =>
      Object.defineProperty({ ...root.read, fingerprint: key.read.fingerprint }, 'publicKey', {
        get() {
          asked++
          return key.read.publicKey
        },
      })
    const list = await signCrl(
      { number: 1, thisUpdate: now, nextUpdate: new Date(+now + 86_400_000), revoked: [] },
      root,
    )
    const answer = await answerOcsp(ask(root, [good]), [responder(root, root, statuses)])
    for (const [options, issuer, status] of [
      [{ ocsps: [answer] }, watched(clerk), 'unknown'], // about a namesake of the authority
      [{ ocsps: [answer] }, watched(root), 'good'],
      [{ crls: [list] }, watched(root), 'good'],
    ] as const) {
      asked = 0
      const revocation = createRevocation(options)
      for (let time = 0; time < 100; time++)
        expect(revocation.statusOf({ certificate: good.read, issuer, now }).status).toBe(status)
      expect(asked).toBeGreaterThan(0)
      expect(asked).toBeLessThan(5)
    }
  })

  test('understands our own requests, as openssl does', async () => {
    const { root, clerk, good, statuses } = await made
    const nonce = randomBytes(32)
    const request = encodeOcspRequest(good.read, root.read, nonce)
    hierarchy.file('ours.der', request)
    const text = hierarchy.openssl('ocsp', '-reqin', 'ours.der', '-req_text', '-noverify')
    expect(text).toContain(`Serial Number: ${good.read.serial.toUpperCase()}`)
    expect(text).toContain(`0420${nonce.toString('hex').toUpperCase()}`)
    const response = readOcsp(await answerOcsp(request, [responder(clerk, root, statuses)]))
    expect(response?.answers).toMatchObject([{ status: 'good' }])
    expect(response?.nonce && Buffer.from(response.nonce)).toEqual(nonce)
  })

  test('repeats no nonce when none was given', async () => {
    const { root, clerk, good, statuses, ask } = await made
    const answer = await answerOcsp(ask(root, [good], '-no_nonce'), [responder(clerk, root, statuses)])
    expect(readOcsp(answer)).toMatchObject({ nonce: undefined, answers: [{ status: 'good' }] })
    expect(
      hierarchy.openssl('ocsp', '-respin', hierarchy.file('plain.der', answer), '-noverify', '-text'),
    ).not.toContain('Nonce')
  })

  test('answers for several authorities, each by its own clerk, and for no others', async () => {
    const { root, clerk, good, statuses, ask } = await made
    const other = await hierarchy.issue('root')
    const otherClerk = await hierarchy.issue('ocsp', other)
    const theirs = await hierarchy.issue('signer', other)
    const both = [
      responder(clerk, root, statuses),
      responder(otherClerk, other, new Map([[theirs.read.serial, 'good' as const]])),
    ]
    const toOther = readOcsp(await answerOcsp(ask(other, [theirs]), both))
    expect(toOther && signerOf(toOther, other.read)).toBe('authority')
    expect(toOther?.answers).toMatchObject([{ status: 'good' }])

    const [about, alien] = [
      ['-issuer', root.pem, '-cert', good.pem],
      ['-issuer', other.pem, '-cert', theirs.pem],
    ]
    hierarchy.openssl('ocsp', ...about, ...alien, '-reqout', 'mixed.der')
    const mixed = readOcsp(await answerOcsp(hierarchy.bytes('mixed.der'), both))
    expect(mixed && signerOf(mixed, root.read)).toBe('authority')
    expect(mixed?.answers).toMatchObject([{ status: 'good' }, { status: 'unknown' }])

    const refused = await answerOcsp(ask(other, [theirs]), [responder(clerk, root, statuses)])
    expect(refused).toEqual(refuseOcsp('unauthorized'))
  })

  test.each([
    ['malformedRequest', /malformedrequest \(1\)/],
    ['internalError', /internalerror \(2\)/],
    ['tryLater', /trylater \(3\)/],
    ['unauthorized', /unauthorized \(6\)/],
  ] as const)('refuses with %s, as openssl reads it', (status, words) => {
    hierarchy.file('refusal.der', refuseOcsp(status))
    expect(() => hierarchy.openssl('ocsp', '-respin', 'refusal.der')).toThrow(words)
    expect(readOcsp(refuseOcsp(status))).toBeUndefined()
  })

  test('takes a nonce of 1 to 128 bytes, and calls any other malformed', async () => {
    const { root, clerk, good, statuses, ask } = await made
    const plain = ask(root, [good], '-no_nonce')
    const list = plain.subarray(4) // SEQUENCE { SEQUENCE { the questions } }
    const der = (tag: number, ...members: Uint8Array[]) => {
      const value = Buffer.concat(members)
      const { length: bytes } = value
      const length = bytes < 128 ? [bytes] : bytes < 256 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 255]
      return Buffer.from([tag, ...length, ...value])
    }
    const asked = (length: number) => {
      const type = Buffer.from('06092b0601050507300102', 'hex')
      const nonce = der(0x30, type, der(0x04, der(0x04, Buffer.alloc(length, 7))))
      return der(0x30, der(0x30, list, der(0xa2, der(0x30, nonce))))
    }
    const by = [responder(clerk, root, statuses)]
    for (const length of [1, 32, 128])
      expect(readOcsp(await answerOcsp(asked(length), by))?.nonce).toEqual(new Uint8Array(length).fill(7))
    for (const length of [0, 129])
      expect(await answerOcsp(asked(length), by)).toEqual(refuseOcsp('malformedRequest'))
  })

  test('lets a failure of its books through, so that nobody mistakes it for an answer', async () => {
    const { root, clerk, good, ask } = await made
    const broken = { ...clerk, issuer: root.certificate, statusOf: () => Promise.reject(new Error('books')) }
    await expect(answerOcsp(ask(root, [good]), [broken])).rejects.toThrow('books')
  })

  test('survives whatever it is asked', async () => {
    const { root, clerk, good, statuses, ask } = await made
    const request = ask(root, [good])
    const by = [responder(clerk, root, statuses)]
    for (let length = 0; length < request.byteLength; length++)
      expect(await answerOcsp(request.subarray(0, length), by)).toEqual(refuseOcsp('malformedRequest'))
    const nat = fc.nat(request.byteLength - 1)
    await fc.assert(
      fc.asyncProperty(nat, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Uint8Array.from(request)
        changed[at] = (changed[at] ?? 0) ^ change
        const response = readOcsp(await answerOcsp(changed, by))
        // whatever was changed, nobody hears of this certificate what was not asked
        for (const answer of response?.answers ?? [])
          if (answer.serial !== good.read.serial) expect(answer.status).toBe('unknown')
      }),
      { seed: 6960, numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readOcspRequest(bytes)).toBeUndefined()
      }),
      { seed: 6960 },
    )
    expect(readOcspRequest(new Uint8Array(20_000).fill(0x30))).toBeUndefined()
  })
})
