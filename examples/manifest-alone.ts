/** Signs content of any kind with the manifest beside it, and validates it: npx tsx examples/manifest-alone.ts photo.jpg */
import { readFile } from 'node:fs/promises'
import { bytesSource, parseRecord } from '@yinji/core'
import {
  createAuthority,
  createSigner,
  createTrust,
  draftManifest,
  validateManifest,
} from '@yinji/provenance'

const [path = 'fixtures/photo.jpg'] = process.argv.slice(2)
const content = new Uint8Array(await readFile(path))

// A root, an authority and a signer of your own; or the key and chain that an authority gave you.
const own = await createAuthority({ organization: 'Acme AI', now: new Date() })
const signer = createSigner({ key: own.signerKey, chain: own.signerCertificate + own.issuingCertificate })

// The draft knows its size before the content has been hashed, so a file could be laid out around it.
const record = parseRecord({
  provider: { name: 'Acme AI' },
  contentId: 'a-1',
  createdAt: new Date().toISOString(),
})
const about = { record, mediaType: 'image/jpeg', generator: { name: 'acme', version: '1.0' } }
const draft = draftManifest(about, 'data', signer)
const sealer = draft.seal({ binding: { kind: 'data' } })
sealer.update(content) // in chunks of any size
const store = await sealer.finish()
console.log(draft.label, '·', store.byteLength, 'bytes')

const { findings } = await validateManifest({
  found: { site: 'sidecar', store, excluded: { start: 0, length: 0 }, binding: 'data' },
  source: bytesSource(content),
  trust: createTrust({ anchors: [own.rootCertificate] }),
  now: new Date(),
})
for (const { level, code } of findings) console.log(level, '·', code)
