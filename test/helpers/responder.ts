/** A register that a real OCSP responder (openssl) answers for, those who stand in it, and what is told of what they signed. */
import {
  certificatesIn,
  createSigner,
  encodeOcspRequest,
  readCertificate,
  type Signer,
} from '@yinji/provenance'
import { createToolkit, type Identity } from '@yinji/toolkit'
import { afterAll } from 'vitest'
import {
  Register,
  responderExtensions,
  startResponder,
} from '../../packages/provenance/src/revocation/responder.test-kit.ts'
import { leafExtensions, type PkiEntry } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { startClock } from './clock.ts'

export const { pki, root, stampRoot, trust, stamping } = await startClock()
export const clerk = pki.issue({ subject: '/O=Ministry/CN=OCSP', extensions: responderExtensions }, root)
export const register = new Register(pki, 'register')
const responder = await startResponder(pki, register, root, clerk)
afterAll(() => responder[Symbol.asyncDispose]())

export const signerOf = ({ key, certificate }: PkiEntry) => createSigner({ key, chain: certificate })
export const stamped = (signer: Signer) => stamping({}, signer)
/** Some place that shares what it was given, and has no certificate that can be asked about. */
export const publisher = signerOf(pki.issue({ subject: '/O=Plaza/CN=Plaza' }, root))

/** Somebody whose certificate says where to ask about it. */
export function enrolled(subject: string, known = true, at = responder.url): PkiEntry {
  const extensions = [...leafExtensions, `authorityInfoAccess=OCSP;URI:${at}`]
  const entry = pki.issue({ subject: `/O=${subject}/CN=${subject}`, extensions }, root)
  if (known) register.enter(entry)
  return entry
}
const certificateOf = ({ certificate }: PkiEntry) => {
  const [read] = certificatesIn(certificate).flatMap((der) => readCertificate(der) ?? [])
  if (read === undefined) throw new Error('unreadable')
  return read
}
export const askDirectly = async (entry: PkiEntry, at = responder.url) => {
  const request = await encodeOcspRequest(certificateOf(entry), certificateOf(root), new Uint8Array(16))
  const headers = { 'content-type': 'application/ocsp-request' }
  const answer = await fetch(at, { method: 'POST', body: Uint8Array.from(request), headers })
  return new Uint8Array(await answer.arrayBuffer())
}
export const identityOf = (signer: Signer): Identity => ({
  provider: { name: 'Plaza' },
  signer,
  anchor: root.certificate,
})
export const toolkitOf = (options: Parameters<typeof createToolkit>[0] = {}) =>
  createToolkit({
    identity: identityOf(publisher),
    trust: [root.certificate],
    timestampTrust: [stampRoot.certificate],
    ...options,
  })
/** What is told of each signature of the file, the first made first. */
export async function told(bytes: Uint8Array, at = new Date()) {
  await using toolkit = toolkitOf({ clock: () => at })
  const { report, manifests } = await toolkit.inspect(bytes, { name: 'picture.png' })
  const codes = manifests.map(({ results }) =>
    [...results.success, ...results.informational, ...results.failure]
      .map(({ code }) => code)
      .filter((code) => code.includes('ocsp')),
  )
  return { verdict: report.verdict, codes, findings: report.findings.map(({ code }) => code) }
}
export const good = ['signingCredential.ocsp.notRevoked']
export const skipped = ['signingCredential.ocsp.skipped']
