/** Everything that stands in a file, as it stands: the report plus the raw pieces behind it. */
import type { Report } from '@yinji/core'
import type { Examination } from './examine.ts'
import type { Inspection } from './types.ts'

export function inspectionOf(report: Report, { found }: Examination): Inspection {
  return {
    report,
    labels: (found?.labels ?? []).map(({ site, standard, value }) => ({
      site,
      standard,
      raw: typeof value === 'string' ? value : JSON.stringify(value),
    })),
    properties: found?.properties ?? [],
    manifest: found?.manifest ? { site: found.manifest.site, bytes: found.manifest.store.byteLength } : null,
    store: found?.manifest?.store ?? null,
  }
}
