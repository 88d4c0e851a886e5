/** JUMBF URIs as C2PA uses them (C2PA 8.4.1): `self#jumbf=` and a path, absolute from the store or within a manifest. */

export interface JumbfUri {
  /** The manifest that is named; undefined for the one the URI stands in. */
  readonly manifest: string | undefined
  /** Labels below the manifest. */
  readonly path: readonly string[]
}

export function parseUri(uri: string): JumbfUri | undefined {
  const path = /^self#jumbf=(.+)$/s.exec(uri)?.[1]
  if (path === undefined || path.length > 4096) return undefined
  if (!path.startsWith('/')) return { manifest: undefined, path: path.split('/') }
  const [store, manifest, ...rest] = path.slice(1).split('/')
  return store === 'c2pa' && manifest ? { manifest, path: rest } : undefined
}

/** The label of an assertion of this manifest; undefined when the URI leads elsewhere. */
export function ownLabel(url: string, manifest: string): string | undefined {
  const uri = parseUri(url)
  if (uri === undefined || (uri.manifest ?? manifest) !== manifest) return undefined
  const [store, label, ...rest] = uri.path
  return store === 'c2pa.assertions' && rest.length === 0 ? label : undefined
}

export function manifestUri(manifest: string): string {
  return `self#jumbf=/c2pa/${manifest}`
}

export function assertionUri(manifest: string, label: string): string {
  return `${manifestUri(manifest)}/c2pa.assertions/${label}`
}

/** The label without the number that tells repeats apart: `c2pa.ingredient.v3__1` is a `c2pa.ingredient.v3`. */
export function baseLabel(label: string): string {
  return label.replace(/__\d+$/, '')
}
