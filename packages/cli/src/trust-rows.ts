/** Entries of the trust store as lines. */
import { type TrustRow, usageName } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { pad, safe, width } from './paint.ts'

/** One line for each, in columns, or JSON. @param mark before each line */
export async function printRows(
  rows: readonly TrustRow[],
  mark: string,
  { json }: { readonly json?: true },
  context: Context,
): Promise<void> {
  const { terminal, paint } = context
  if (json) return terminal.print(JSON.stringify(rows))
  const cells = rows.map((row) => [
    row.kind,
    /^[0-9a-f]{64}$/.test(row.id) ? row.id.slice(0, 16) : row.id,
    [
      row.what,
      row.purpose === 'content' ? '' : (row.purpose ?? ''),
      row.usages?.map(usageName).join(', ') ?? '',
      row.status === 'active' ? '' : (row.status ?? ''),
    ]
      .filter(Boolean)
      .join(' · '),
    [datesOf(row), `${row.added.slice(0, 10)} ${row.origin}`].filter(Boolean).join('  '),
  ])
  const columns = [0, 1, 2].map((at) => Math.max(0, ...cells.map((row) => width(safe(row[at] ?? '')))))
  for (const row of cells) {
    const [kind = '', id = '', what = '', since = ''] = row.map(safe)
    const line = [pad(kind, columns[0] ?? 0), pad(id, columns[1] ?? 0), pad(what, columns[2] ?? 0)]
    await terminal.print(`${mark ? `${mark} ` : ''}${line.join('  ')}  ${paint('dim', since)}`)
  }
}

function datesOf({ notBefore, notAfter }: TrustRow): string {
  return [notBefore?.slice(0, 10), notAfter && `→ ${notAfter.slice(0, 10)}`].filter(Boolean).join(' ')
}
