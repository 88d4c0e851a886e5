/** For tests only: a file that was made from another one. */
import { actions, forged, forgeManifest, refer, sha256 } from '../forge.test-kit.ts'

export const parentLabel = 'urn:c2pa:00000000-0000-4000-8000-00000000000a'
export const bound = {
  label: 'c2pa.hash.data',
  content: { alg: 'sha256', hash: new Uint8Array(32), pad: new Uint8Array() },
}
export const parent = forgeManifest({ label: parentLabel, assertions: [bound, actions] })
export const ingredient = (manifest: Uint8Array, change: object = {}) => ({
  label: 'c2pa.ingredient.v3',
  content: {
    relationship: 'parentOf',
    'dc:title': 'before.jpg',
    activeManifest: { url: `self#jumbf=/c2pa/${parentLabel}`, hash: sha256(manifest.subarray(8)) },
    validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
    ...change,
  },
})
export const opening = {
  label: 'c2pa.actions.v2',
  content: {
    actions: [{ action: 'c2pa.opened', parameters: { ingredients: [refer('c2pa.ingredient.v3')] } }],
    allActionsIncluded: true,
  },
}
export const edited = (manifest: Uint8Array, change?: object, earlier = [manifest]) =>
  forged({ earlier, assertions: [opening, ingredient(manifest, change)] })
