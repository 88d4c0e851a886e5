/** A photo about which a caller states more, refused or judged by us and by c2pa-rs. */
import { createToolkit, type LabelOptions } from '@yinji/toolkit'
import { judgeByC2pa } from '../oracles/c2pa.ts'
import { fixtureBytes } from './fixtures.ts'
import { testIdentity } from './identity.ts'

export const identity = await testIdentity()

export const label = (options: LabelOptions) =>
  createToolkit({ identity }).label(fixtureBytes('photo.jpg'), {}, { visible: false, ...options })

/** What both say of a labelled photo, and the assertions that c2pa-rs finds in it. */
export async function judge(content: Uint8Array) {
  const { verdict } = await createToolkit({ identity }).verify(content)
  const { state, failures, store } = await judgeByC2pa(content, 'image/jpeg', identity.anchor)
  const assertions = store?.manifests[store.active_manifest]?.assertions ?? []
  const dataOf = (name: string) => assertions.find((one) => one.label === name)?.data
  return { verdicts: { verdict, state, failures }, assertions, dataOf }
}

export async function judged(options: LabelOptions) {
  const { content } = await label(options)
  return { ...(await judge(content)), content }
}

export const verdicts = async (options: LabelOptions) => (await judged(options)).verdicts

export const trusted = { verdict: 'trusted', state: 'Trusted', failures: [] }
