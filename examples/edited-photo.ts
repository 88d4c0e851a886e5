/** A camera signs a photo, an agency what it made of it, and a reader asks who did what: npx tsx examples/edited-photo.ts photo.jpg */
import { judge, type Source } from '@yinji/core'
import { handlerOf, openFile, thumbnailOf } from '@yinji/media'
import * as c2pa from '@yinji/provenance'

// A root, an authority and a signer of your own; or the key and chain that an authority gave you.
const own = await c2pa.createAuthority({ organization: 'Acme Photos' })
const chain = own.signerCertificate + own.issuingCertificate
const signer = c2pa.createSigner({ key: own.signerKey, chain })
const trust = c2pa.createTrust({ anchors: [own.rootCertificate] })

async function assetOf(source: Source): Promise<c2pa.Asset> {
  const handler = await handlerOf(source)
  if (handler === undefined) throw new Error(`${source.name} is of no known format`)
  return { source, handler }
}

async function validate({ source, handler }: c2pa.Asset): Promise<c2pa.Validation | undefined> {
  const { manifest } = await handler.read(source)
  return manifest && c2pa.validateManifest({ found: manifest, source, trust })
}

await using file = await openFile(process.argv[2] ?? 'fixtures/photo.jpg')
const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture'
const actions = [{ action: 'c2pa.created', digitalSourceType }]
const taken = { generator: { name: 'Acme Camera', version: '7.1' }, actions }
const photo = await assetOf(await c2pa.embedManifest(taken, await assetOf(file), signer))

const edit = {
  generator: { name: 'Acme Desk', version: '2.0' },
  parent: await validate(photo), // the manifest as it was found, with what its validation said
  thumbnail: await thumbnailOf(photo.source),
  actions: [{ action: 'c2pa.cropped' }, { action: 'c2pa.adjustedColor' }],
}
const edited = await c2pa.embedManifest(edit, photo, signer) // `chunksOf(edited, 0, edited.size)` are its bytes

const { findings = [], manifests = [] } = (await validate(await assetOf(edited))) ?? {}
console.log(judge(findings)) // trusted
for (const { generator, actions } of manifests) console.log(generator, '·', actions.join(', '))
