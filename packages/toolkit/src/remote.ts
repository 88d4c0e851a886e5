/**
 * A manifest that lies elsewhere, where a file says so: `dcterms:provenance` in XMP (C2PA 11.5), a reference in a text (A.7, A.9).
 * It is fetched only from hosts that the caller names, over TLS, once, without redirects, and up to a size.
 */
import { type Finding, type Found, finding, limits, manifestUrl } from '@yinji/core'
import { fetchBounded } from './fetch-bounded.ts'
import type { Sidecar } from './sidecar.ts'
import type { RemoteOptions } from './verify-types.ts'

/** Somebody waits for the answer; a manifest is some kilobytes. */
const patience = 10_000

/** The manifest, or why there is none; undefined when the file names none. */
export async function remoteManifest(
  found: Found,
  remote: RemoteOptions | undefined,
  signal: AbortSignal | undefined,
): Promise<Sidecar | undefined> {
  const address = addressIn(found)
  if (address === undefined) return undefined
  const name = address.slice(0, 2048)
  const told = (problem: Finding): Sidecar => ({ name, path: undefined, problem })
  if (inside.test(address)) return told(finding('sidecar.manifest.gone', { at: name, data: { uri: name } }))
  const url = allowed(address, remote)
  if (url === undefined || remote === undefined)
    return told(finding('sidecar.remote.skipped', { at: name, data: { url: name } }))
  try {
    const store = await load(url, remote, signal)
    const manifest = { site: name, store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
    return { name, path: undefined, manifest }
  } catch (error) {
    if (signal?.aborted) throw error
    const what = error instanceof Error ? error.message : String(error)
    const data = { status: 'manifest.inaccessible', url: name, what }
    return told(finding('sidecar.remote.failed', { at: name, data }))
  }
}

/** A manifest of the file itself, as the metadata of earlier writers name it. */
const inside = /^self#jumbf=/

/** Of several references none counts (A.7.1, A.9.3). */
function addressIn({ properties, findings }: Found): string | undefined {
  if (findings.some(({ code }) => code === 'manifest.text.multiple')) return undefined
  const property = properties.find(({ name }) => name === 'provenance')?.value.trim()
  const named = findings.find(({ code }) => code === 'manifest.text.external')?.data?.['url']
  const address = property ?? (typeof named === 'string' ? named : undefined)
  return address && (/^https?:/i.test(address) || inside.test(address)) ? address : undefined
}

/** Undefined for an address that nobody allowed. */
function allowed(address: string, remote: RemoteOptions | undefined): URL | undefined {
  const url = manifestUrl(address)
  return url && remote?.hosts.includes(url.host) ? url : undefined
}

async function load(url: URL, remote: RemoteOptions, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bounds = {
    maxBytes: remote.maxBytes ?? limits.manifestBytes,
    timeout: patience,
    fetch: remote.fetch,
    signal,
  }
  return fetchBounded(url, { headers: { accept: 'application/c2pa' } }, bounds)
}
