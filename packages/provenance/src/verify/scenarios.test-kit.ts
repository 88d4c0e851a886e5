/** For tests only: manifests that are right or wrong in one way each, by what a validator should find. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import { openCertificateKey } from '../certificates/key.ts'
import { answerOcsp, type OcspStatus } from '../certificates/ocsp.ts'
import { answerTimeStamp } from '../certificates/timestamp.ts'
import { encodeBox, encodeSuperBox, uuids } from '../encoding/jumbf.ts'
import { encodeOcspRequest } from '../revocation/ask.ts'
import { createRevocation } from '../revocation/revocation.ts'
import { encodeTimeStampRequest } from '../timestamp/request.ts'
import { readTimeStampResponse } from '../timestamp/token.ts'
import { readCertificate } from '../trust/certificate.ts'
import { film } from './content/fragments.test-kit.ts'
import { checkMotionPhoto, motionPhoto, parts, seam } from './content/multi-asset.test-kit.ts'
import { readArchive } from './content/zip.ts'
import {
  type AssertionSpec,
  actions,
  type CheckOptions,
  check,
  created,
  type FileSpec,
  flipped,
  forgeFile,
  forgeManifest,
  forgeStore,
  type ManifestSpec,
  refer,
  type Signed,
  sha256,
} from './forge.test-kit.ts'
import type { IdentityStatus } from './identity/status.ts'
import { type Issued, issue, issuing, now, root, signer } from './issue.test-kit.ts'
import { entryOf, sessionKeys, signEach, signWhole, testKey } from './live/live.test-kit.ts'
import { readCose } from './signature/cose-signature.ts'
import type { StatusCode } from './status.ts'
import { readStore } from './store.ts'

type Scenario = () => ReturnType<typeof check>

const encoder = new TextEncoder()
const day = 86_400_000
const file =
  (spec: FileSpec, options?: CheckOptions): Scenario =>
  () =>
    check(forgeFile(spec), options)
const assertion = (label: string, content: unknown, more: Partial<AssertionSpec> = {}): AssertionSpec => ({
  label,
  content,
  ...more,
})
const acting = (...list: object[]) =>
  assertion('c2pa.actions.v2', { actions: list, allActionsIncluded: true })
const zero = new Uint8Array(32)
const hash = assertion('c2pa.hash.data', { alg: 'sha256', hash: zero, pad: new Uint8Array() })

/** Content with its manifest beside it. */
function beside(
  content: Uint8Array,
  bindings: readonly AssertionSpec[],
  more: Partial<ManifestSpec> = {},
): Signed {
  const store = forgeStore([forgeManifest({ ...more, assertions: [...bindings, actions] })])
  return {
    bytes: content,
    found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' },
  }
}
const bound = (content: Uint8Array, label: string, value: object) =>
  check(beside(content, [assertion(label, { alg: 'sha256', ...value })]))

// Boxes of MP4 and JPEG XL.
const box = (type: string, content: string | Uint8Array) => {
  const out = Buffer.concat([Buffer.alloc(8), Buffer.from(content as Uint8Array)])
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  return out
}
const media = box('mdat', 'moving pictures')
const ftyp = box('ftyp', 'isom\0\0\0\0isom')
const movie = Uint8Array.from(Buffer.concat([ftyp, media]))
const offset = Buffer.from([0, 0, 0, 0, 0, 0, 0, ftyp.length])
const wholeMovie = { exclusions: [{ xpath: '/ftyp' }], hash: sha256(Buffer.concat([offset, media])) }
const picture = [
  box('JXL ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)),
  box('ftyp', 'jxl \0\0\0\0jxl '),
  box('jxlc', Uint8Array.of(0xff, 0x0a, 0, 1)),
]
const pictureBytes = Uint8Array.from(Buffer.concat(picture))
const run = (names: string[], more = {}) => ({
  names,
  hash: sha256(pictureBytes),
  pad: new Uint8Array(),
  ...more,
})
const boxNames = ['JXL ', 'ftyp', 'jxlc']
const book = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../fixtures/book.epub')))

// A live video.
const sessionKey = testKey()
const live =
  (segments: (film: { init: Buffer; media: Buffer[] }) => Buffer[], entry = entryOf(sessionKey)): Scenario =>
  () => {
    const [init = Buffer.of(), ...media] = film('hls')
    const head = signWhole(init, { assertions: [sessionKeys(entry)] })
    return check(head, { fragments: segments({ init: Buffer.from(head.bytes), media }) })
  }

async function collection(change: (uris: { uri: string; hash: Uint8Array }[]) => unknown) {
  const { entries, directory } = await readArchive(bytesSource(book))
  const uris = entries.map(({ name, start, end }) => ({ uri: name, hash: sha256(book.subarray(start, end)) }))
  const zip_central_directory_hash = sha256(book.subarray(directory))
  return bound(book, 'c2pa.hash.collection.data', { uris: change(uris), zip_central_directory_hash })
}

// Ingredients.
const parentLabel = 'urn:c2pa:00000000-0000-4000-8000-00000000000a'
const secret = assertion('org.example.secret', { name: 'x' })
const parent = forgeManifest({ label: parentLabel, assertions: [hash, actions, secret] })
const parentUri = `self#jumbf=/c2pa/${parentLabel}`
const ingredient = (change: object = {}, more: Partial<AssertionSpec> = {}) =>
  assertion(
    'c2pa.ingredient.v3',
    {
      relationship: 'parentOf',
      'dc:title': 'before.jpg',
      activeManifest: { url: parentUri, hash: sha256(parent.subarray(8)) },
      validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
      ...change,
    },
    more,
  )
const opened = {
  action: 'c2pa.opened',
  parameters: { ingredients: [refer('c2pa.ingredient.v3')] },
}
const edited = (change?: object, earlier = [parent], more?: Partial<AssertionSpec>) =>
  file({ earlier, assertions: [acting(opened), ingredient(change, more)] })
/** The parent without its secret, and a manifest that withholds it. */
const blanked = blank(parent)
function blank(manifest: Uint8Array): Uint8Array {
  return Uint8Array.from(manifest).fill(0, ...secretIn(manifest))
}
function secretIn(manifest: Uint8Array): [number, number] {
  const at = Buffer.from(manifest).indexOf('a1646e616d656178', 'hex')
  return [at, at + 8]
}
const parentSignature = (() => {
  const [node] = readStore(forgeStore([parent])).active.signatures
  if (!node) throw new Error('no signature')
  return node
})()
const claimSignature = (digest = sha256(parentSignature.body)) => ({
  claimSignature: { url: `${parentUri}/c2pa.signature`, hash: digest },
})
/** The parent, whose first action is about this assertion. */
const about = (label: string) =>
  forgeManifest({
    label: parentLabel,
    assertions: [hash, acting({ ...created, parameters: { relatedAssertions: [refer(label)] } }), secret],
  })
const withholding = (label: string, earlier: Uint8Array, change?: object) =>
  file({
    earlier: [earlier],
    assertions: [acting(opened), ingredient(change)],
    claim: { redacted_assertions: [`${parentUri}/c2pa.assertions/${label}`] },
  })
const update =
  (assertions: readonly AssertionSpec[]): Scenario =>
  () => {
    const store = forgeStore([parent, forgeManifest({ kind: 'updateManifest', assertions })])
    return check({
      bytes: new Uint8Array(10),
      found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' },
    })
  }

// Stores that are none.
const compressed = (content: Uint8Array) =>
  encodeSuperBox({
    uuid: uuids.compressedManifest,
    label: parentLabel,
    children: [encodeBox('brob', content)],
  })
const store =
  (bytes: Uint8Array): Scenario =>
  () =>
    check({
      bytes: new Uint8Array(10),
      found: { site: 'test', store: bytes, excluded: { start: 0, length: 0 }, binding: 'data' },
    })

// Time stamps, over the signature of the parent; the child brings them.
const keyOf = ({ privateKey }: Issued) =>
  openCertificateKey(privateKey.export({ format: 'der', type: 'pkcs8' }))
const certified = (issued: Issued) => ({ certificate: issued.certificate, key: keyOf(issued) })
const stamping = { keyUsage: 0x80, purposes: ['1.3.6.1.5.5.7.3.8'], purposesCritical: true }
const clock = issue({ subject: 'Clock', ...stamping }, root)
const pemOf = ({ certificate }: Issued) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`
async function token(by: Issued, time = new Date(+now - day), over?: Uint8Array): Promise<Uint8Array> {
  const cose = readCose(parentSignature.contents[0]?.data ?? new Uint8Array())
  if (typeof cose === 'string') throw new Error(cose)
  const request = encodeTimeStampRequest(sha256(over ?? cose.signature), Uint8Array.of(1, 2, 3, 4))
  const authority = { ...certified(by), policy: '1.2.3.4.1' }
  return readTimeStampResponse(await answerTimeStamp(request, authority, time))
}
const stamped =
  (
    make: () => Promise<Uint8Array> | Uint8Array,
    options: CheckOptions = { timestampAnchors: [pemOf(root)] },
  ): Scenario =>
  async () => {
    const stamp = assertion('c2pa.time-stamp', { [parentLabel]: await make() })
    return check(forgeFile({ earlier: [parent], assertions: [acting(opened), ingredient(), stamp] }), options)
  }

// Revocation.
const asked = issue({ subject: 'Asked', ocsp: 'http://ca.example/' }, issuing)
const chain = [asked.certificate, issuing.certificate]
const readable = ({ certificate }: Issued) => {
  const read = readCertificate(certificate)
  if (!read) throw new Error('unreadable')
  return read
}
const answer = async (about: Issued, by: Issued, status: OcspStatus) =>
  answerOcsp(
    encodeOcspRequest(readable(about), readable(by), Uint8Array.of(1)),
    [{ ...certified(by), issuer: by.certificate, statusOf: () => status }],
    { now },
  )
const stapled =
  (signers: OcspStatus | undefined, authoritys: OcspStatus = 'good', unanswered = false): Scenario =>
  async () => {
    const answers = [
      ...(signers ? [await answer(asked, issuing, signers)] : []),
      await answer(issuing, root, authoritys),
    ]
    const revocation = createRevocation()
    if (unanswered) revocation.unanswered.add(readable(asked).fingerprint)
    const unprotected = new Map([['rVals', { ocspVals: answers }]])
    return check(forgeFile({ chain, key: asked.privateKey, unprotected }), { revocation })
  }
const revoked = { when: new Date(+now - day), reason: 'keyCompromise' } as const

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
const url = (label: string) => ({ url: `self#jumbf=c2pa.assertions/${label}`, hash: zero })
const location = { url: 'https://cloud.example/x', alg: 'sha256', hash: zero }
const cloud = (label: string) => assertion('c2pa.cloud-data', { label, size: 9, location })
/** The action that made the content, by a program with a picture. */
const illustrated = (icon: object) => acting({ ...created, softwareAgent: { name: 'Acme', icon } })
/** The picture as the camera took it, kept in the manifest. */
const original = (embeddedOriginalPreservationImage: unknown) =>
  file({
    assertions: [
      actions,
      secret,
      assertion('c2pa.alternative-content-representation', {
        type: 'exif.originalPreservationImage',
        parameters: { embeddedOriginalPreservationImage },
      }),
    ],
  })
const wrongText = { raw: Uint8Array.of(0xff) }

/** One for each status code. */
export const scenarios: Readonly<Record<Exclude<StatusCode, IdentityStatus>, Scenario>> = {
  'assertion.alternativeContentRepresentation.match': original(refer(secret.label)),
  'assertion.bmffHash.match': () => bound(movie, 'c2pa.hash.bmff.v3', wholeMovie),
  'assertion.boxesHash.match': () => bound(pictureBytes, 'c2pa.hash.boxes', { boxes: [run(boxNames)] }),
  'assertion.collectionHash.match': () => collection((uris) => uris),
  'assertion.dataHash.match': file({}),
  'assertion.hashedURI.match': file({}),
  'assertion.multiAssetHash.match': () => checkMotionPhoto(motionPhoto.slice(0, seam)),
  'claimSignature.insideValidity': file({}),
  'claimSignature.validated': file({}),
  'ingredient.claimSignature.validated': withholding(secret.label, blanked, claimSignature()),
  'ingredient.manifest.validated': edited(),
  'signingCredential.ocsp.notRevoked': stapled('good'),
  'signingCredential.trusted': file({}),
  'timeStamp.trusted': stamped(() => token(clock)),
  'timeStamp.validated': stamped(() => token(clock)),
  'assertion.action.ingredientLocationMismatch': edited({}, [parent], { list: 'gathered_assertions' }),
  'assertion.redacted': withholding(secret.label, blank(about(secret.label))),
  'assertion.bmffHash.additionalExclusionsPresent': () =>
    bound(movie, 'c2pa.hash.bmff.v3', {
      exclusions: [{ xpath: '/mdat' }, { xpath: '/ftyp' }],
      hash: sha256(new Uint8Array()),
    }),
  'assertion.boxesHash.additionalExclusionsPresent': () =>
    bound(pictureBytes, 'c2pa.hash.boxes', { boxes: [run(boxNames, { excluded: true })] }),
  'assertion.dataHash.additionalExclusionsPresent': file({
    exclusions: (start, length) => [
      { start: 0, length: 10 },
      { start, length },
    ],
  }),
  'ingredient.unknownProvenance': edited({ activeManifest: undefined }, []),
  'signingCredential.ocsp.inaccessible': stapled(undefined, 'good', true),
  'signingCredential.ocsp.skipped': stapled(undefined),
  'signingCredential.ocsp.unknown': stapled('unknown'),
  'timeOfSigning.insideValidity': file({ headers: [['iat', seconds(now)]] }),
  'timeOfSigning.outsideValidity': file({ headers: [['iat', seconds(now) - 86_400 * 365]] }),
  'timeStamp.credentialInvalid': stamped(() => token(signer)),
  'timeStamp.malformed': stamped(() => Uint8Array.of(1, 2, 3)),
  'timeStamp.mismatch': stamped(() => token(clock, undefined, zero)),
  'timeStamp.outsideValidity': stamped(() => token(clock, new Date(+now + day))),
  'timeStamp.untrusted': stamped(() => token(clock), {}),
  'algorithm.unsupported': file({ claim: { alg: 'md5' } }),
  'assertion.action.ingredientMismatch': file({ assertions: [acting({ action: 'c2pa.opened' })] }),
  'assertion.action.malformed': file({ assertions: [acting({ action: 'c2pa.created' })] }),
  'assertion.action.redacted': withholding('c2pa.actions.v2', parent),
  'assertion.action.redactionMismatch': file({ assertions: [acting(created, { action: 'c2pa.redacted' })] }),
  'assertion.action.softBindingMissing': file({
    assertions: [acting(created, { action: 'c2pa.watermarked.bound' })],
  }),
  'assertion.alternativeContentRepresentation.hashMismatch': original(url(secret.label)),
  'assertion.alternativeContentRepresentation.malformed': original(undefined),
  'assertion.alternativeContentRepresentation.missing': original(url('c2pa.nowhere')),
  'assertion.bmffHash.malformed': () => bound(movie, 'c2pa.hash.bmff.v3', { exclusions: 1 }),
  'assertion.bmffHash.mismatch': () => bound(movie, 'c2pa.hash.bmff.v3', { ...wholeMovie, hash: zero }),
  'assertion.boxesHash.malformed': () => bound(pictureBytes, 'c2pa.hash.boxes', { boxes: [] }),
  'assertion.boxesHash.mismatch': () =>
    bound(pictureBytes, 'c2pa.hash.boxes', { boxes: [run(boxNames, { hash: zero })] }),
  'assertion.boxesHash.unknownBox': () => bound(pictureBytes, 'c2pa.hash.boxes', { boxes: [run(['JXL '])] }),
  'assertion.cbor.invalid': file({ assertions: [actions, assertion('c2pa.metadata', 0, wrongText)] }),
  'assertion.cloud-data.actions': update([ingredient(), cloud('c2pa.actions.v2')]),
  'assertion.cloud-data.hardBinding': file({ assertions: [actions, cloud('c2pa.hash.data')] }),
  'assertion.cloud-data.malformed': file({ assertions: [actions, assertion('c2pa.cloud-data', {})] }),
  'assertion.collectionHash.incorrectFileCount': () => collection((uris) => uris.slice(1)),
  'assertion.collectionHash.invalidURI': () => collection(() => [{ uri: '../x', hash: zero }]),
  'assertion.collectionHash.malformed': () => collection(() => []),
  'assertion.collectionHash.mismatch': () =>
    collection((uris) => uris.map(({ uri }) => ({ uri, hash: zero }))),
  'assertion.dataHash.malformed': file({ exclusions: () => 1 }),
  'assertion.dataHash.mismatch': () => check(flipped(forgeFile(), 0)),
  'assertion.external-reference.malformed': file({
    assertions: [
      actions,
      assertion('c2pa.external-reference', { location: { url: 'https://x.example', hash: zero } }),
    ],
  }),
  'assertion.hardBinding.redacted': withholding('c2pa.hash.data', parent),
  'assertion.hashedURI.mismatch': file({ assertions: [actions, { ...secret, hash: zero }] }),
  'assertion.ingredient.malformed': edited({ relationship: 'cousinOf' }),
  'assertion.json.invalid': file({
    assertions: [actions, assertion('c2pa.metadata', 0, { ...wrongText, type: 'json' })],
  }),
  'assertion.missing': file({ claim: { gathered_assertions: [url('c2pa.nowhere')] } }),
  'assertion.multiAssetHash.malformed': () => checkMotionPhoto(motionPhoto.slice(0, seam), []),
  'assertion.multiAssetHash.mismatch': () => checkMotionPhoto(motionPhoto.map((byte) => byte ^ 1)),
  'assertion.multiAssetHash.missingPart': () =>
    checkMotionPhoto(
      motionPhoto.slice(0, seam),
      parts.map((part) => ({ ...part, optional: false })),
    ),
  'assertion.multipleHardBindings': file({ assertions: [actions, { ...hash, label: 'c2pa.hash.data__1' }] }),
  'assertion.notRedacted': withholding(secret.label, parent),
  'assertion.outsideManifest': file({
    claim: { gathered_assertions: [{ url: `${parentUri}/c2pa.assertions/x`, hash: zero }] },
  }),
  'assertion.selfRedacted': file({ claim: { redacted_assertions: [url('x').url] } }),
  'assertion.timestamp.malformed': file({ assertions: [actions, assertion('c2pa.time-stamp', {})] }),
  'assertion.undeclared': file({ assertions: [actions, { ...secret, list: null }] }),
  'claim.actions.missing': file({ assertions: [] }),
  'claim.cbor.invalid': file({ afterSigning: () => Uint8Array.of(0xff) }),
  'claim.hardBindings.missing': () => check(beside(new Uint8Array(10), [])),
  'claim.malformed': file({ claim: { instanceID: undefined } }),
  'claim.missing': file({ claimBoxes: () => [] }),
  'claim.multiple': file({ claimBoxes: (claim) => [claim, claim] }),
  'claimSignature.mismatch': file({ key: root.privateKey }),
  'claimSignature.missing': file({ claim: { signature: 'self#jumbf=/c2pa/urn:x/c2pa.signature' } }),
  'claimSignature.outsideValidity': file({}, { at: new Date(+now + 400 * day) }),
  'hashedURI.mismatch': file({ assertions: [secret, illustrated(url(secret.label))] }),
  'hashedURI.missing': file({ assertions: [secret, illustrated(url('c2pa.nowhere'))] }),
  'ingredient.claimSignature.mismatch': withholding(secret.label, blanked, claimSignature(zero)),
  'ingredient.claimSignature.missing': withholding(secret.label, blanked),
  'ingredient.manifest.mismatch': edited({ activeManifest: { url: parentUri, hash: zero } }),
  'ingredient.manifest.missing': edited({}, []),
  'livevideo.assertion.invalid': live(({ media }) =>
    signEach(media.slice(0, 1), () => ({ say: { streamId: 1 } })),
  ),
  'livevideo.continuityMethod.invalid': live(({ media }) =>
    signEach(media.slice(0, 1), () => ({ say: { continuityMethod: 'com.example.chain' } })),
  ),
  'livevideo.init.invalid': live(({ init, media }) => [Buffer.concat([init, ...media.slice(0, 1)])]),
  'livevideo.manifest.invalid': live(({ media }) =>
    signEach(media.slice(0, 1)).map((bytes) => Buffer.concat([bytes, box('free', 'more')])),
  ),
  'livevideo.segment.invalid': live(({ media }) => media),
  'livevideo.sessionkey.invalid': live(({ media }) => media, entryOf(sessionKey, { createdAt: 'now' })),
  'manifest.compressed.invalid': store(forgeStore([compressed(Uint8Array.of(1, 2, 3))])),
  'manifest.inaccessible.malformed': store(encoder.encode('no store at all')),
  'manifest.multipleParents': file({
    earlier: [parent],
    assertions: [acting(opened), ingredient(), { ...ingredient(), label: 'c2pa.ingredient.v3__1' }],
  }),
  'manifest.update.invalid': update([ingredient(), hash]),
  'manifest.update.wrongParents': update([secret]),
  'signingCredential.expired': file({}, { at: new Date(+now + 400 * day) }),
  'signingCredential.invalid': () => {
    const wrong = issue({ subject: 'Wrong', purposes: ['1.3.6.1.5.5.7.3.1'] }, issuing)
    return check(forgeFile({ chain: [wrong.certificate, issuing.certificate], key: wrong.privateKey }))
  },
  'signingCredential.ocsp.revoked': stapled(revoked),
  'signingCredential.untrusted': stapled('good', revoked),
}
