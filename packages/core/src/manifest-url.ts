/** Addresses from which manifests are fetched (C2PA 11.4): those that a file may name, and a reader may ask. */
import { UsageError } from './errors.ts'

/** Over TLS, or, without it, from this machine itself; never with a password. Undefined for all others. */
export function manifestUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url?.hostname ?? '')
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && local)
  return url && safe && url.username === '' ? url : undefined
}

/** As it is written into a file, in ASCII. @throws UsageError for one from which nobody would fetch anything. */
export function requireManifestUrl(text: string): string {
  const url = manifestUrl(text)
  if (url === undefined) throw new UsageError('usage.remote.address', { url: text })
  return url.href
}
