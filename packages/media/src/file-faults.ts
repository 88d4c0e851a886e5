/** What can go wrong with a file that is read. */
import { InputError } from '@yinji/core'

export const shorter = (name: string) =>
  new InputError('input.damaged', { what: 'it became shorter while being read', name })

/** Turns what the file system says into what the user can do about it. */
export function inputError(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error instanceof InputError) return error
  if (/^(ENOENT|ENOTDIR|ENAMETOOLONG|ERR_INVALID_ARG_VALUE)$/.test(code))
    return new InputError('input.missing', { name }, { cause: error })
  if (code === 'EISDIR') return new InputError('input.directory', { name }, { cause: error })
  if (/^E(ACCES|PERM|LOOP|IO|NXIO)$/.test(code))
    return new InputError('input.unreadable', { name }, { cause: error })
  return error
}
