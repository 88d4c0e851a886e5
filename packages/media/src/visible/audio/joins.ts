/**
 * Where in the content the label goes (GB 45438-2025 5.3): before it, after it, and at intervals in between. The label
 * is joined on and never mixed in.
 */
import { InputError, type Source, UsageError, type VisibleLabel } from '@yinji/core'

/** What can't be labelled, because there is nothing to join a label onto. */
export const noSound = ({ name = '' }: Source): InputError => new InputError('visible.sound.empty', { name })

/** Seconds between two labels at least: closer together, a listener hears more label than content. */
const closest = 5
/** Without an interval of its own, a label that goes all the way through is heard this often, in seconds. */
export const usualInterval = 60
/** Labels in one file: twice a minute for eight hours. More would be held in memory for nobody's use. */
const most = 1_000

/** Before which second of the content, ascending; Infinity stands for behind its last sample. */
export function joinTimes(label: VisibleLabel, seconds: number): number[] {
  const moment = label.moment ?? 'start'
  const every = label.every ?? (moment === 'throughout' ? usualInterval : undefined)
  if (every !== undefined && !(every >= closest))
    throw new UsageError('visible.sound.interval', { seconds: String(every), least: closest })
  const start = moment === 'end' ? [] : [0]
  const end = moment !== 'start' ? [Number.POSITIVE_INFINITY] : []
  const middle: number[] = []
  if (every !== undefined)
    for (let at = every; at <= seconds - closest; at += every) {
      if (middle.length >= most)
        throw new UsageError('visible.sound.interval', {
          seconds: String(every),
          least: Math.ceil(seconds / most),
        })
      middle.push(at)
    }
  return [...start, ...middle, ...end]
}
