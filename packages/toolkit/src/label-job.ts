/** What one labelling is given, and where its result goes. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Source } from '@yinji/core'
import type { Session } from '@yinji/provenance'
import type { ExamineOptions } from './examine.ts'
import type { Identity } from './identity.ts'
import type { LabelOptions, LabelRecord } from './types.ts'
import type { Workspace } from './workspace.ts'

export interface LabelJob {
  readonly source: Source
  /** Where to; undefined for memory. */
  readonly target: LabelTarget | undefined
  /** Paths of the media segments that belong to the source, in the order of play. */
  readonly segments?: readonly string[] | undefined
  /** Segments follow that are signed one by one, as they are made. */
  readonly begins?: boolean | undefined
  /** They are to be signed as those of a live video. */
  readonly live?: LiveLabel | undefined
  readonly partial: LabelRecord
  readonly options: LabelOptions
  readonly examine: ExamineOptions
  readonly identity: Identity | undefined
  readonly ffmpeg: string | undefined
  readonly workspace: Workspace
  readonly generator: { readonly name: string; readonly version: string }
}

/** The key that signs the segments, and the manifest that states it. */
export interface LiveLabel {
  readonly session: Session
  /** UUID of the manifest, which is named in each segment before it is there. */
  readonly uuid: string
}

export interface LabelTarget {
  readonly path: string
  readonly replace: boolean
}

/** `photo.jpg` becomes `photo.labeled.jpg` beside it, unless told otherwise. */
export function targetOf(
  path: string,
  options: Pick<LabelOptions, 'output' | 'inPlace' | 'force'>,
  word = 'labeled',
): LabelTarget {
  if (options.inPlace) return { path: resolve(path), replace: true }
  const extension = extname(path)
  const beside = join(dirname(path), `${basename(path, extension)}.${word}${extension}`)
  return { path: resolve(options.output ?? beside), replace: options.force ?? false }
}

/** The same path with another extension, given without its dot. */
export function withExtension(path: string, extension: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.${extension}`)
}
