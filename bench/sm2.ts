/**
 * SM2 beside openssl, and what both signatures of a label cost: `npx tsc -b && node --import tsx bench/sm2.ts`.
 * `--seconds 0.2` is quick. One core; openssl `speed` runs in the same minute, without the curve’s own assembly.
 */
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

function say(name: string, perSecond: number, peer?: number): void {
  const ratio = peer === undefined ? '' : `${(perSecond / peer).toFixed(2)}× openssl (${peer.toFixed(0)}/s)`
  console.log(`  ${name.padEnd(36)}${perSecond.toFixed(0).padStart(8)}/s   ${ratio}`)
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
const [sm2Signs, sm2Verifies] = openssl('sm2')
console.log('\nSM2')
say('sign', await rate(() => sm2Sign(key, message)), sm2Signs)
say('verify, known key', await rate(() => sm2Verify(key.publicKey, message, signature)), sm2Verifies)
const firstSeen = await rate((round) => {
  const stranger = strangers[round % strangers.length]
  if (stranger && !sm2Verify(stranger.key, message, stranger.signature)) throw new Error('refused')
})
say('verify, key first seen', firstSeen, sm2Verifies)

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const es256 = sign('sha256', message, pair.privateKey)
const [p256Signs, p256Verifies] = openssl('ecdsap256')
console.log('\nES256 (node:crypto)')
say('sign', await rate(() => sign('sha256', message, pair.privateKey)), p256Signs)
say('verify', await rate(() => verify('sha256', message, pair.publicKey, es256)), p256Verifies)

const home = mkdtempSync(join(tmpdir(), 'yinji-bench-'))
const identity = await createIdentity(home, { provider: 'Acme AI', code: '001191110102MACQD9K64010000' })
await using toolkit = createToolkit({ identity })
const photo = new Uint8Array(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'photo.jpg')))
const label = (security: 'sm2' | 'off') => () => toolkit.label(photo, {}, { visible: false, security })
console.log('\nLabel a 64 KB JPEG, bytes to bytes')
say('manifest alone', await rate(label('off')))
say('manifest and SM2, content bound', await rate(label('sm2')))
rmSync(home, { recursive: true, force: true })
