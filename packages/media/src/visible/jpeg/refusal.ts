/** Why a JPEG can't be changed in place. Never an error for the caller: the picture is encoded again instead. */

/** Thrown inside this folder only. */
export class NotSpliceable extends Error {
  /** `process`: a kind of coding that is not handled; `irregular`: data that departs from ITU-T T.81. */
  readonly kind: 'process' | 'irregular'

  constructor(kind: 'process' | 'irregular', what: string) {
    super(what)
    this.kind = kind
  }
}

export function irregular(what: string): never {
  throw new NotSpliceable('irregular', what)
}
