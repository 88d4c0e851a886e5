/**
 * What signing costs: a label per algorithm beside node:crypto's bare signature, and checking a signature with and
 * without a time stamp. `node --import tsx bench/signing.ts`; `--quick` for few rounds. openssl makes the certificates.
 */
import { createPrivateKey, sign } from 'node:crypto'
import { aigcOf, bytesSource, parseRecord } from '@yinji/core'
import {
  createSigner,
  createTimeStamper,
  createTrust,
  draftManifest,
  type Signer,
  validateManifest,
  withTimeStamps,
} from '@yinji/provenance'
import { startAuthority } from '../packages/provenance/src/timestamp/tsa.test-kit.ts'
import {
  caExtensions,
  type KeyKind,
  Pki,
  stampExtensions,
} from '../packages/provenance/src/trust/pki.test-kit.ts'
import { median, print } from './measure.ts'

const rounds = process.argv.includes('--quick') ? 5 : 200
const content = new Uint8Array(100_000).fill(7)
const record = parseRecord({
  provider: { name: 'Acme AI' },
  createdAt: '2026-01-01T00:00:00Z',
  contentId: 'a',
})
const generator = { name: 'bench', version: '1' }
const what = { record, aigc: aigcOf(record), mediaType: 'image/jpeg', title: 'a.jpg', generator }

async function storeBy(signer: Signer): Promise<Uint8Array> {
  const sealer = draftManifest(what, 'data', signer).seal({ binding: { kind: 'data' } })
  sealer.update(content)
  return sealer.finish()
}

using pki = new Pki()
const root = pki.issue({ extensions: caExtensions })
const kinds: readonly KeyKind[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096', 'Ed25519']
const digests = {
  'P-384': 'sha384',
  'P-521': 'sha512',
  'RSA-3072': 'sha384',
  'RSA-4096': 'sha512',
  Ed25519: null,
} as const
for (const kind of kinds) {
  const leaf = pki.issue({ kind }, root)
  const signer = createSigner({ key: leaf.key, chain: leaf.certificate })
  const digest = kind in digests ? digests[kind as keyof typeof digests] : 'sha256'
  const options = kind.startsWith('RSA') ? { padding: 6, saltLength: -1 } : {}
  const ours = await median(rounds, () => storeBy(signer))
  const key = createPrivateKey(leaf.key)
  const floor = await median(rounds, () => sign(digest, content.subarray(0, 1000), { key, ...options }))
  print(`${signer.algorithm}: manifest for 100 KB in memory`, [
    { name: 'draft, hash, sign', milliseconds: ours, note: `${(1000 / ours).toFixed(0)} a second` },
    { name: 'node:crypto sign alone', milliseconds: floor },
  ])
}

const stampRoot = pki.issue({ subject: '/O=Clock/CN=Root', extensions: caExtensions })
const tsa = pki.issue({ subject: '/O=Clock/CN=Stamps', extensions: stampExtensions }, stampRoot)
await using authority = await startAuthority(pki, tsa)
const leaf = pki.issue({}, root)
const signer = createSigner({ key: leaf.key, chain: leaf.certificate })
const trust = createTrust({ anchors: [root.certificate], timestampAnchors: [stampRoot.certificate] })
const check = (store: Uint8Array) => {
  const found = { site: 'sidecar', store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
  return validateManifest({ found, source: bytesSource(content), trust, now: new Date() })
}
const plain = await storeBy(signer)
const stamped = await storeBy(withTimeStamps(signer, createTimeStamper({ url: authority.url })))
print('checking a signed 100 KB in memory, ES256', [
  { name: 'with a time stamp', milliseconds: await median(rounds, () => check(stamped)) },
  { name: 'without', milliseconds: await median(rounds, () => check(plain)) },
])
