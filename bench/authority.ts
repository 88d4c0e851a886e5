/**
 * What an authority and its signers do in a second: certificates, SM2 and ES256 beside openssl, labels with both signatures.
 * `npx tsc -b && node --import tsx bench/authority.ts`; `--seconds 0.2` is quick. Counted in processor time of one core;
 * openssl `speed` runs in the same minute, without the curve’s own assembly.
 */
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  generatePrivateKey,
  type Issuer,
  issueCertificate,
  openCertificateKey,
  readRequest,
  requestCertificate,
} from '../packages/provenance/src/certificates/index.ts'
import { generateSm2Key, sm2Sign, sm2Verify } from '../packages/provenance/src/index.ts'
import { createIdentity, createToolkit } from '../packages/toolkit/src/index.ts'

const at = process.argv.indexOf('--seconds')
const seconds = at < 0 ? 2 : Number(process.argv[at + 1])

/** Times a second of processor time, as openssl counts: the machine may be busy with other things. */
async function rate(job: (round: number) => unknown): Promise<number> {
  for (let round = 0; round < 20; round++) await job(round)
  const start = process.cpuUsage()
  const spent = () => process.cpuUsage(start).user + process.cpuUsage(start).system
  let rounds = 0
  for (; spent() < seconds * 1e6; rounds++) await job(rounds)
  return (rounds / spent()) * 1e6
}

/** @param mark what is expected of one core */
function say(name: string, perSecond: number, { mark, peer }: { mark?: number; peer?: number } = {}): void {
  const expected = mark === undefined ? '' : `${perSecond < mark ? 'below' : 'above'} ${mark}`
  const ratio = peer === undefined ? '' : `${(perSecond / peer).toFixed(2)}× openssl (${peer.toFixed(0)}/s)`
  console.log(
    `  ${name.padEnd(40)}${perSecond.toFixed(0).padStart(8)}/s   ${expected.padEnd(12)}${ratio}`.trimEnd(),
  )
}

/** Signatures and verifications a second, by openssl itself. */
function openssl(algorithm: string): [number, number] {
  const whole = String(Math.max(1, Math.round(seconds)))
  const out = execFileSync('openssl', ['speed', '-seconds', whole, algorithm], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [signed = 0, verified = 0] = (out.toString().trim().split('\n').at(-1) ?? '')
    .trim()
    .split(/\s+/)
    .slice(-2)
    .map(Number)
  return [signed, verified]
}

const message = Buffer.from('"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"1"')
const key = generateSm2Key()
const signature = sm2Sign(key, message)
const strangers = Array.from({ length: 512 }, () => {
  const stranger = generateSm2Key()
  return { key: stranger.publicKey, signature: sm2Sign(stranger, message) }
})
console.log(
  `Load of the machine: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
)
const [sm2Signs, sm2Verifies] = openssl('sm2')
console.log('\nSM2')
say('sign', await rate(() => sm2Sign(key, message)), { mark: 1500, peer: sm2Signs })
const known = await rate(() => sm2Verify(key.publicKey, message, signature))
say('verify, known key', known, { mark: 1500, peer: sm2Verifies })
const firstSeen = await rate((round) => {
  const stranger = strangers[round % strangers.length]
  if (stranger && !sm2Verify(stranger.key, message, stranger.signature)) throw new Error('refused')
})
say('verify, key first seen', firstSeen, { mark: 400, peer: sm2Verifies })

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const es256 = sign('sha256', message, pair.privateKey)
const [p256Signs, p256Verifies] = openssl('ecdsap256')
console.log('\nES256 (node:crypto)')
say('sign', await rate(() => sign('sha256', message, pair.privateKey)), { peer: p256Signs })
say('verify', await rate(() => verify('sha256', message, pair.publicKey, es256)), { peer: p256Verifies })

console.log('\nCertificates')
const subject = { organization: 'Acme AI', commonName: 'Acme Painter', code: '001191110102MACQD9K64010000' }
for (const kind of ['P-256', 'SM2'] as const) {
  const [authority, service] = await Promise.all(
    [0, 1].map(async () => openCertificateKey(await generatePrivateKey(kind))),
  )
  if (authority === undefined || service === undefined) throw new Error('no key')
  const [notBefore, notAfter] = [new Date(), new Date(Date.now() + 86_400_000)]
  const own = { profile: 'issuing', subject, publicKey: authority.publicKey, notBefore, notAfter } as const
  const issuer: Issuer = { key: authority, certificate: await issueCertificate(own, { key: authority }) }
  const issue = (publicKey: Uint8Array) =>
    issueCertificate({ profile: 'signer', subject, publicKey, notBefore, notAfter }, issuer)
  say(`${kind}: issue`, await rate(() => issue(service.publicKey)), { mark: 200 })
  const request = await requestCertificate(subject, service)
  const enrol = await rate(() => issue(readRequest(request).publicKey))
  say(`${kind}: check a request, and issue`, enrol, { mark: 200 })
}

const home = mkdtempSync(join(tmpdir(), 'yinji-bench-'))
const identity = await createIdentity(home, { provider: 'Acme AI', code: '001191110102MACQD9K64010000' })
await using toolkit = createToolkit({ identity })
const photo = new Uint8Array(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'photo.jpg')))
const label = (security: 'sm2' | 'off') => () => toolkit.label(photo, {}, { visible: false, security })
console.log('\nLabel a 64 KB JPEG, bytes to bytes')
say('manifest alone', await rate(label('off')))
say('manifest and SM2, content bound', await rate(label('sm2')))
rmSync(home, { recursive: true, force: true })
