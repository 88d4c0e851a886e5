/**
 * Errors a caller can act on. Each carries a code of the table in `codes/`; its message, and what to do next,
 * are rendered from that table, so that one wording serves the command line, the API and the documentation.
 */
import type { Code } from './codes/index.ts'
import { describe, type Language } from './finding.ts'

/** The facts an error’s sentence is filled in with; plain JSON values. */
export type Details = Readonly<Record<string, unknown>>

/** What all errors of this software have in common: a code, the facts, and words in two languages. */
export abstract class YinjiError extends Error {
  readonly code: Code
  readonly details: Details
  constructor(code: Code, details: Details = {}, options?: ErrorOptions) {
    super(describe(code, details, 'en').title, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }
  /** What happened and what to do next, in the reader's language. */
  explain(language: Language): { title: string; next: string } {
    return describe(this.code, this.details, language)
  }
}

/** The call itself is wrong: an option, a setting, a name. Exit code 2. */
export class UsageError extends YinjiError {}
/** The input can't be processed: unsupported, damaged, unreadable. Exit code 4. */
export class InputError extends YinjiError {}
/** A program or a device let us down: ffmpeg missing, disk full. Exit code 4. */
export class ToolError extends YinjiError {}
/** No signature could be made: key missing, certificate expired. Exit code 4. */
export class SignError extends YinjiError {}
/** A bug in this software. Exit code 70. */
export class InternalError extends YinjiError {
  constructor(what: string, options?: ErrorOptions) {
    super('internal.bug', { what }, options)
  }
}

/** Throws the caller's reason when the signal has been aborted; costs nothing otherwise. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted()
}
