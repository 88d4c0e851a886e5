/** For tests: a root that certifies signers, and a time-stamp authority (openssl) with a root of its own. */
import {
  createSigner,
  createTimeStamper,
  createTrust,
  type TimeStampService,
  withTimeStamps,
} from '@yinji/provenance'
import { afterAll } from 'vitest'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import { caExtensions, Pki, stampExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'

export const day = 24 * 60 * 60 * 1000
/** When certificates of signers have run out, roots have not. */
export const later = new Date(Date.now() + 200 * day)

/** They end with the file of tests that asks for them. */
export async function startClock() {
  const pki = new Pki()
  const root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions, days: 1000 })
  const stampRoot = pki.issue({ subject: '/O=Clock/CN=Root', extensions: caExtensions, days: 1000 })
  const tsa = pki.issue({ subject: '/O=Clock/CN=Stamps', extensions: stampExtensions, days: 150 }, stampRoot)
  const leaf = pki.issue({}, root)
  const authority = await startAuthority(pki, tsa, [stampRoot])
  afterAll(async () => {
    await authority[Symbol.asyncDispose]()
    pki[Symbol.dispose]()
  })
  const signer = createSigner({ key: leaf.key, chain: leaf.certificate })
  const trust = () => createTrust({ anchors: [root.certificate], timestampAnchors: [stampRoot.certificate] })
  /** Signs with a stamp of the authority. */
  const stamping = (more: Partial<TimeStampService> = {}, by = signer) =>
    withTimeStamps(by, createTimeStamper({ url: authority.url, ...more }))
  return { pki, root, stampRoot, signer, authority, trust, stamping }
}
