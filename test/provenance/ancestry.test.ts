/** What is recorded of ingredients of ingredients (C2PA 18.16.12.4.3), generation by generation, and read by c2pa-rs. */
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

interface Recorded {
  readonly activeManifest: {
    readonly success: readonly { readonly code: string }[]
    readonly failure: readonly object[]
  }
  readonly ingredientDeltas: readonly {
    readonly ingredientAssertionURI: string
    readonly validationDeltas: Readonly<Record<'success' | 'informational' | 'failure', readonly object[]>>
  }[]
}

test('every generation records the results of all before it', async () => {
  const identity = await testIdentity()
  await using toolkit = createToolkit({ identity })
  let content: Uint8Array = fixtureBytes('photo.jpg')
  for (let generation = 0; generation < 4; generation++) {
    const first = generation === 0
    ;({ content } = first
      ? await toolkit.label(content, {}, { visible: false })
      : await toolkit.update(content, { actions: [{ action: 'c2pa.published' }] }))
    const { crJson, report } = await toolkit.inspect(content)
    expect(report.verdict).toBe('trusted')
    const manifests = crJson['manifests'] as unknown as readonly {
      readonly label: string
      readonly assertions: Readonly<Record<string, { readonly validationResults: Recorded }>>
    }[]
    const [active, ...earlier] = manifests
    const own = active?.assertions['c2pa.ingredient.v3']?.validationResults
    expect(earlier).toHaveLength(generation)
    if (generation === 0) continue
    expect(own?.activeManifest.failure).toEqual([])
    expect(own?.activeManifest.success.map(({ code }) => code)).toContain('claimSignature.validated')
    // One for each assertion further down; the first generation was made from nothing that has a manifest.
    const below = earlier
      .slice(0, -1)
      .map(({ label }) => `self#jumbf=/c2pa/${label}/c2pa.assertions/c2pa.ingredient.v3`)
    expect(own?.ingredientDeltas.map(({ ingredientAssertionURI }) => ingredientAssertionURI)).toEqual(below)
    for (const { validationDeltas } of own?.ingredientDeltas ?? [])
      expect(validationDeltas.failure).toEqual([])
    const theirs = await judgeByC2pa(content, 'image/jpeg', identity.anchor)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [] })
  }
})
