/** For tests only: files bound box by box (C2PA 18.7), and what is said of them. */
import { actions, check, forgeManifest, forgeStore, type Signed } from '../forge.test-kit.ts'

export const pad = new Uint8Array()
/** The place of the manifest in the list. */
export const manifest = { names: ['C2PA'], hash: Uint8Array.of(0), pad }

/** A store whose manifest is bound by these runs of boxes. */
export function boundBy(boxes: unknown): Uint8Array {
  const bound = { label: 'c2pa.hash.boxes', content: { alg: 'sha256', boxes } }
  return forgeStore([forgeManifest({ assertions: [bound, actions] })])
}

/** The verdict, and what is said besides of anything but the signer. */
export const outcome = async (file: Signed) => {
  const { verdict, codes } = await check(file)
  return [verdict, ...codes.filter((code) => !code.startsWith('manifest.signer'))]
}
