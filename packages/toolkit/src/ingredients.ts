/** Other content that went into a labelled one: looked at as any input, its manifests and what was found kept (C2PA 18.16). */
import type { IngredientContent } from '@yinji/provenance'
import { type ExamineOptions, examine } from './examine.ts'
import { openInput } from './input.ts'
import { findSidecar } from './sidecar.ts'
import type { IngredientInput } from './types.ts'
import type { Workspace } from './workspace.ts'

export async function readIngredients(
  inputs: readonly IngredientInput[],
  options: ExamineOptions,
  workspace: Workspace,
): Promise<IngredientContent[]> {
  const ingredients: IngredientContent[] = []
  for (const { file, use = 'componentOf', title } of inputs) {
    await using source = await openInput(file, title, workspace)
    const sidecar = await findSidecar(typeof file === 'string' ? file : undefined, undefined)
    const { handler, validation, findings } = await examine(source, { ...options, sidecar })
    const readable = !findings.some(({ code }) => code === 'manifest.store.malformed')
    ingredients.push({
      relationship: use,
      title: title ?? source.name,
      mediaType: handler?.mediaTypes[0],
      manifest: readable ? validation : undefined,
    })
  }
  return ingredients
}
