/** XPaths to boxes of an ISO base media file, as C2PA writes them (C2PA 18.6.2): `/moov/trak[2]`. */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'

export interface Step {
  readonly type: string
  /** Which of the siblings of this type, from 1; any of them when absent. */
  readonly index: number | undefined
}

/** Full path, four-character codes, positions from 1; undefined for anything else. */
export function readSteps(xpath: string): Step[] | undefined {
  if (!xpath.startsWith('/') || xpath.length > 256) return undefined
  const steps: Step[] = []
  for (const part of xpath.slice(1).split('/')) {
    const match = /^([^[\]/]{4})(?:\[([1-9]\d{0,8})\])?$/.exec(part)
    if (!match?.[1]) return undefined
    steps.push({ type: match[1], index: match[2] === undefined ? undefined : Number(match[2]) })
  }
  return steps
}

/** The boxes of a file by their paths; what was walked through once is not walked through again. */
export class BoxPaths {
  readonly #source: Source
  readonly #children = new Map<Box | undefined, Map<string, Box[]>>()
  #left: number = limits.items

  constructor(source: Source) {
    this.#source = source
  }

  /**
   * The one box at this path; undefined when there is none, or more than one that it could mean.
   * @throws BoxError when there are too many boxes.
   */
  async boxAt(xpath: string): Promise<Box | undefined> {
    let box: Box | undefined
    for (const { type, index } of readSteps(xpath) ?? []) {
      const siblings = await this.childrenOf(box, type)
      if (index === undefined && siblings.length > 1) return undefined
      box = siblings[(index ?? 1) - 1]
      if (box === undefined) return undefined
    }
    return box
  }

  /**
   * The boxes of this type in a box, or at the top of the file.
   * @throws BoxError when there are too many boxes.
   */
  async childrenOf(box: Box | undefined, type: string): Promise<readonly Box[]> {
    return (await this.#allIn(box)).get(type) ?? []
  }

  async #allIn(box: Box | undefined): Promise<Map<string, Box[]>> {
    const known = this.#children.get(box)
    if (known !== undefined) return known
    const [start, end] = box ? [box.start + box.header, box.end] : [0, this.#source.size]
    const children = await boxesBetween(this.#source, start, end)
    this.#left -= children.length
    if (this.#left < 0) throw new BoxError('too many boxes')
    const byType = new Map<string, Box[]>()
    for (const child of children) {
      const siblings = byType.get(child.type) ?? []
      byType.set(child.type, siblings)
      siblings.push(child)
    }
    this.#children.set(box, byType)
    return byType
  }
}
