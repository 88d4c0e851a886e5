/** What is wrong with a file, in the words of every format: findings for a reader, an error for a writer. */
import { type Finding, finding, InputError, type Source } from '@yinji/core'

/** One for everything that is wrong with the structure. */
export function damageFindings(...faults: readonly (string | undefined)[]): Finding[] {
  return faults.flatMap((what) => (what === undefined ? [] : [finding('asset.damaged', { data: { what } })]))
}

/** Whether there are bytes behind the end. */
export function trailingFindings(bytes: number): Finding[] {
  return bytes > 0 ? [finding('asset.trailing', { data: { bytes } })] : []
}

/**
 * What is wrong with manifests.
 * @param at where in the file they stand
 */
export function storeFindings(at: string, ...faults: readonly (string | false)[]): Finding[] {
  return faults.flatMap((what) => (what ? [finding('manifest.store.malformed', { at, data: { what } })] : []))
}

/** Nobody could tell which of several manifests is the file's own. */
export const severalStores = 'the file holds more than one'

/** For those who would change the file. */
export function damagedInput(source: Source, what: string): InputError {
  return new InputError('input.damaged', { what, name: source.name ?? '' })
}

/** How many places are told by name. */
const told = 10

/** Content that stands where the manifest does, which its hash leaves out: whatever is there can be replaced. */
export function uncoveredFindings(places: readonly string[]): Finding[] {
  return places.length === 0
    ? []
    : [finding('manifest.binding.partial', { data: { what: places.slice(0, told).join(', ') } })]
}
