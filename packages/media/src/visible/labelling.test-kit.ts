/** For tests only: labels drawn into files of a folder, and what is seen or heard of them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Drawn, Seen, VisibleContext, VisibleLabel, VisibleLabeller } from '@yinji/core'
import { openFile } from '../file.ts'
import { folder } from '../programs.test-kit.ts'

export type Labelled = Omit<Drawn, 'source'> & {
  /** Name of the file with the label. */
  readonly out: string
  /** What the labeller calls it: as the file was called before. */
  readonly name: string | undefined
}

/** Files are known by their names; what is made of them gets names of its own. */
export function labelling() {
  const { inside } = folder()
  let files = 0

  /** A folder for each piece of work. */
  function contextOf(more: Partial<VisibleContext> = {}): VisibleContext & { readonly home: string } {
    const home = inside(`work-${++files} 工作`)
    mkdirSync(home)
    return { home, temporaryDirectory: async () => home, pathOf: async ({ path }) => path ?? '', ...more }
  }

  /** Labels a file and writes the result beside it. */
  async function label(
    labeller: VisibleLabeller,
    name: string,
    wish: Partial<VisibleLabel> = {},
    more: Partial<VisibleContext> = {},
  ): Promise<Labelled> {
    await using file = await openFile(inside(name))
    const wanted = { text: 'AI生成', position: 'bottom-right', ...wish } as const
    const { source, ...drawn } = await labeller.apply(file, wanted, contextOf(more))
    const out = `${++files}-${name}`
    writeFileSync(inside(out), await source.read(0, source.size))
    await source[Symbol.asyncDispose]?.()
    return { ...drawn, out, name: source.name }
  }

  /** What is found in the content of a file. */
  async function look(
    labeller: VisibleLabeller,
    name: string,
    more: Partial<VisibleContext> = {},
  ): Promise<Seen | undefined> {
    await using file = await openFile(inside(name))
    return labeller.look?.(file, contextOf(more))
  }

  return { inside, contextOf, label, look }
}
