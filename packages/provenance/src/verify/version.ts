/** The version of C2PA a claim says it follows (`specVersion`, C2PA 10.2.3.2). */
import type { CheckedManifest } from './checked-manifest.ts'
import { manifestUri } from './uri.ts'

/** A new major version may mean anything by the same words; a new minor one only adds. */
const newestMajor = 2

export function checkVersion({ manifest, claim, log }: CheckedManifest): void {
  const version = claim?.specVersion
  if (version === undefined) return
  const at = manifestUri(manifest.label)
  const major = /^(\d+)\.\d+(?:\.\d+)?$/.exec(version)?.[1]
  if (major === undefined) log.report('manifest.claim.incomplete', { at, what: `specVersion ${version}` })
  else if (Number(major) > newestMajor)
    log.report('manifest.version.unknown', { at, what: `C2PA ${version}` })
}
