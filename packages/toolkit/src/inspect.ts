/** Everything that stands in a file, as it stands: the report plus the raw pieces behind it. */
import type { Report } from '@yinji/core'
import { crJsonOf, dumpStore, signersIn } from '@yinji/provenance'
import type { Examination } from './examine.ts'
import type { Inspection } from './verify-types.ts'
import { version } from './version.ts'

export function inspectionOf(
  report: Report,
  { found, validation, security }: Examination,
  now: Date,
): Inspection {
  const store = found?.manifest?.store
  return {
    report,
    labels: (found?.labels ?? []).map(({ site, standard, value }) => ({
      site,
      standard,
      raw: typeof value === 'string' ? value : JSON.stringify(value),
    })),
    properties: found?.properties ?? [],
    manifest: found?.manifest ? { site: found.manifest.site, bytes: found.manifest.store.byteLength } : null,
    certificates: [
      ...(store ? signersIn(store) : []),
      ...Object.entries(security.codes).flatMap(([at, { chain }]) =>
        chain.length > 0 ? [{ at, chain: chain.map(({ der }) => der) }] : [],
      ),
    ],
    store: store ?? null,
    boxes: store ? dumpStore(store) : null,
    manifests: validation?.manifests ?? [],
    crJson: crJsonOf(store, validation, { generator: { name: 'Yinji', version }, validationTime: now }),
  }
}
