/** What is wrong with manifests that are used as ingredients, gathered by manifest over all that use them. */
export class Troubles {
  readonly #known = new Map<string, { title: string | null; readonly failures: Set<string> }>()

  /** @param label of the manifest, or whatever names the ingredient when it has none */
  note(label: string, title: string | null, failures: readonly string[]): void {
    const noted = this.#known.get(label) ?? { title, failures: new Set<string>() }
    for (const failure of failures) noted.failures.add(failure)
    noted.title ??= title
    this.#known.set(label, noted)
  }

  get labels(): readonly string[] {
    return [...this.#known.keys()]
  }

  of(label: string): { readonly title: string | null; readonly failures: readonly string[] } {
    const noted = this.#known.get(label)
    return { title: noted?.title ?? null, failures: [...(noted?.failures ?? [])] }
  }
}
