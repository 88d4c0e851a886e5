/** A camera signs a picture, an editor what it made of it; manifests stand beside: npx tsx examples/manifest-alone.ts photo.jpg */
import { readFile } from 'node:fs/promises'
import { bytesSource } from '@yinji/core'
import * as c2pa from '@yinji/provenance'

// A root, an authority and a signer of your own; or the key and chain that an authority gave you.
const own = await c2pa.createAuthority({ organization: 'Acme Cameras' })
const chain = own.signerCertificate + own.issuingCertificate
const signer = c2pa.createSigner({ key: own.signerKey, chain })
const trust = c2pa.createTrust({ anchors: [own.rootCertificate] })

function sign(picture: Uint8Array, said: Partial<c2pa.ManifestContent>): Promise<Uint8Array> {
  const about = { mediaType: 'image/jpeg', generator: { name: 'acme', version: '1.0' }, ...said }
  const draft = c2pa.draftManifest(about, 'data', signer) // its size is known, so a file could be laid out around it
  const sealer = draft.seal({ binding: { kind: 'data' } })
  sealer.update(picture) // in chunks of any size
  return sealer.finish()
}

function validate(picture: Uint8Array, store: Uint8Array): Promise<c2pa.Validation> {
  const found = { site: 'sidecar', store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
  return c2pa.validateManifest({ found, source: bytesSource(picture), trust })
}

const picture = new Uint8Array(await readFile(process.argv[2] ?? 'fixtures/photo.jpg'))
const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture'
const store = await sign(picture, { actions: [{ action: 'c2pa.created', digitalSourceType }] })

const edited = picture.slice(0, -2) // stands for what the editor made
const parent = await validate(picture, store) // the old manifest is kept, with what was found about it
const signed = await sign(edited, { parent, actions: [{ action: 'c2pa.cropped' }] })

const { findings, manifests } = await validate(edited, signed)
for (const { level, code } of findings) console.log(level, '·', code)
for (const { signer, actions } of manifests) console.log(signer?.organization, '·', actions.join(', '))
