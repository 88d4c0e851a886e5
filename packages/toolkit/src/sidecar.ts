/**
 * A manifest in a file of its own, beside the file it speaks of (C2PA 11.4, external manifests): the way to sign formats
 * that have no place for one. Written as `clip.mkv.c2pa`; read under that name and, as other tools write it, `clip.c2pa`.
 */
import { statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { type Finding, type FoundManifest, finding, limits } from '@yinji/core'
import { openFile } from '@yinji/media'
import type { SidecarInput } from './verify-types.ts'

export interface Sidecar {
  /** What it is called in reports: the file name without directories. */
  readonly name: string
  /** Absolute path; undefined when the caller handed in the bytes. */
  readonly path: string | undefined
  /** Absent when the file could not be read, which `problem` explains. */
  readonly manifest?: FoundManifest
  readonly problem?: Finding
}

/** The name under which a sidecar is written. */
export function sidecarPath(path: string): string {
  return `${path}.c2pa`
}

/**
 * The sidecar that belongs to an input, if there is one.
 * @param path of the file; undefined for content without one.
 * @param given what the caller says: where it is, the bytes themselves, or `false` not to look for one.
 * @throws InputError when the caller names a file that can't be read.
 */
export async function findSidecar(
  path: string | undefined,
  given: SidecarInput | undefined,
): Promise<Sidecar | undefined> {
  if (given === false) return undefined
  if (given instanceof Uint8Array) return holding('sidecar', undefined, given)
  if (given !== undefined) return readSidecar(given)
  for (const candidate of path === undefined ? [] : namesFor(path)) {
    if (isFile(candidate))
      return readSidecar(candidate).catch((error: unknown) => unreadable(candidate, wordsOf(error)))
  }
  return undefined
}

/** Asked on the spot: the file beside it has been opened already, so nothing has to be waited for. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false // a name too long, a folder that may not be searched
  }
}

/** The longer name first: it says which of `clip.mkv` and `clip.ogg` is meant. */
function namesFor(path: string): string[] {
  const extension = extname(path)
  if (extension.toLowerCase() === '.c2pa') return []
  const short = `${path.slice(0, path.length - extension.length)}.c2pa`
  return extension === '' ? [sidecarPath(path)] : [sidecarPath(path), short]
}

async function readSidecar(path: string): Promise<Sidecar> {
  await using source = await openFile(path)
  if (source.size > limits.manifestBytes)
    return unreadable(path, `${source.size} B > ${limits.manifestBytes} B`)
  return holding(basename(path), resolve(path), await source.read(0, source.size))
}

function holding(name: string, path: string | undefined, store: Uint8Array): Sidecar {
  // Nothing is left out of the hash, and a text is hashed as it stands: normal forms are for manifests inside a text.
  return { name, path, manifest: { site: name, store, excluded: { start: 0, length: 0 }, binding: 'data' } }
}

function unreadable(path: string, what: string): Sidecar {
  const name = basename(path)
  return {
    name,
    path: resolve(path),
    problem: finding('sidecar.manifest.unreadable', { at: name, data: { name, what } }),
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
