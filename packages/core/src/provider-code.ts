/**
 * The 27-character code of a provider of generation or propagation services (TC260-PG-20252A):
 * `00`, subject type, binding, 18-character unified social credit code or ID number, 5-character extension.
 */

/** What is wrong with a code; `ok` when nothing is. */
export type ProviderCodeFault =
  | 'length'
  | 'prefix'
  | 'subject'
  | 'binding'
  | 'character'
  | 'extension'
  | 'checkDigit'

/** A provider code, read. */
export interface ProviderCode {
  readonly text: string
  readonly subject: 'organisation' | 'individual'
  /** Unified social credit code (GB 32100) or ID number (GB 11643). */
  readonly number: string
  readonly role: 'unspecified' | 'generation' | 'propagation'
}

/** Reads a code, or tells the first thing that is wrong with it. */
export function parseProviderCode(text: string): ProviderCode | ProviderCodeFault {
  if (text.length !== 27) return 'length'
  if (!text.startsWith('00')) return 'prefix'
  const subject = text[2]
  if (subject !== '1' && subject !== '2') return 'subject'
  if (text[3] !== '1') return 'binding'
  const number = text.slice(4, 22)
  if (!/^[0-9A-Z]{18}$/.test(number)) return 'character'
  const extension = text.slice(22)
  if (!/^(?:00000|[12][0-9A-Z]{4})$/.test(extension)) return 'extension'
  const holds = subject === '1' ? creditCodeHolds(number) : idNumberHolds(number)
  if (!holds) return 'checkDigit'
  return {
    text,
    subject: subject === '1' ? 'organisation' : 'individual',
    number,
    role: extension === '00000' ? 'unspecified' : extension.startsWith('1') ? 'generation' : 'propagation',
  }
}

/** Whether a producer's name looks like an attempt at a code rather than a plain name. */
export function resemblesProviderCode(text: string): boolean {
  return /^\d{3,4}[0-9A-Z]{18,26}$/.test(text)
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** GB 32100-2015: weights 3^i mod 31 over 17 characters, check character (31 - sum mod 31) mod 31. */
function creditCodeHolds(number: string): boolean {
  let sum = 0
  let weight = 1
  for (const character of number.slice(0, 17)) {
    const value = creditAlphabet.indexOf(character)
    if (value < 0) return false
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return creditAlphabet[(31 - (sum % 31)) % 31] === number[17]
}

/** GB 11643-1999: ISO 7064 MOD 11-2. */
function idNumberHolds(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false
  let sum = 0
  for (const digit of number.slice(0, 17)) sum = ((sum + Number(digit)) * 2) % 11
  return '0123456789X'[(12 - sum) % 11] === number[17]
}
