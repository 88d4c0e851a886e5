/** Where the manifest of a labelled file will be served, for the file to say so (C2PA 11.5). */
import { basename } from 'node:path'
import { requireManifestUrl, UsageError } from '@yinji/core'
import type { LabelJob } from './label-job.ts'

/**
 * An address that ends with a slash is a folder, in which the manifest has the name of its sidecar: `photo.labeled.jpg.c2pa`.
 * @returns undefined when none was given.
 */
export function manifestAddress({ options, target, source }: LabelJob): string | undefined {
  const { remote } = options
  if (!remote?.endsWith('/')) return remote === undefined ? undefined : requireManifestUrl(remote)
  const name = target ? basename(target.path) : source.name
  if (!name) throw new UsageError('usage.remote.address', { url: remote })
  return requireManifestUrl(remote + encodeURIComponent(`${name}.c2pa`))
}
