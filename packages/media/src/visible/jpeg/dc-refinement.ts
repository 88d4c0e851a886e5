/** Scans that send one more bit of every DC coefficient, as it is (ITU-T T.81 G.1.2.1.2). */
import type { Change, Edit, Walked } from './edits.ts'
import { unstuffed } from './entropy.ts'
import type { Scan } from './frame.ts'
import { irregular } from './refusal.ts'
import type { Stretch, Unit } from './units.ts'

export function walkRefinement(
  file: Uint8Array,
  stretch: Stretch,
  { low }: Scan,
  units: readonly Unit[],
): Walked {
  const { interval, from, to, across } = stretch
  const bits = unstuffed(file, interval)
  const edits: Edit[] = []
  const end = (to - from) * units.length
  if (end > bits.length) irregular('the data of a scan ends early')
  for (let mcu = from, at = 0; mcu < to; mcu++)
    for (const { h, v, x, y, blocks, component } of units) {
      const start = at++
      const [column, row] = [(mcu % across) * h + x, Math.floor(mcu / across) * v + y]
      if (!blocks.has(column, row)) continue
      const offset = blocks.offset(column, row)
      const bit = ((bits.bytes[start >>> 3] ?? 0) >> (7 - (start & 7))) & 1
      blocks.before[offset] = (blocks.before[offset] ?? 0) | (bit << low)
      edits.push({
        kind: 'block',
        component,
        start,
        end: at,
        offset,
        previous: 0,
        follows: false,
        value: bit,
      })
    }
  return { interval, bits, edits, end }
}

export function changeRefinement(edits: readonly Edit[], { low }: Scan, units: readonly Unit[]): Change[] {
  return edits.flatMap(({ start, end, component, offset, value }) => {
    const blocks = units.find((unit) => unit.component === component)?.blocks
    const bit = ((blocks?.after[offset] ?? 0) >> low) & 1
    return bit === value ? [] : [{ start, end, write: (writer) => writer.put(bit, 1) }]
  })
}
