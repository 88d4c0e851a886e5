/** Name constraints (RFC 5280 4.2.1.10): for which names an authority may issue certificates, and everybody below it. */
import { childrenOf, DerError, type DerNode, expectTag, tags } from '../encoding/der.ts'
import { readDirectoryName } from './name.ts'

/** A GeneralName (4.2.1.6), in the form in which it is compared. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly text: string }
  /** 4 or 16 bytes; in a constraint the mask follows. */
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly parts: readonly string[] }
  /** Of a form that can't be compared here; `tag` tells forms apart. */
  | { readonly kind: 'other'; readonly tag: number }

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

const texts: ReadonlyMap<number, 'email' | 'dns' | 'uri'> = new Map([
  [0x81, 'email'],
  [0x82, 'dns'],
  [0x86, 'uri'],
])

/** @throws DerError */
export function readGeneralName(node: DerNode): GeneralName {
  const kind = texts.get(node.tag)
  if (kind) return { kind, text: Buffer.from(node.value).toString('latin1') }
  if (node.tag === 0x87) return { kind: 'ip', bytes: node.value }
  if (node.tag === 0xa4) return { kind: 'directory', parts: readDirectoryName(childrenOf(node)[0]) }
  return { kind: 'other', tag: node.tag }
}

/** @throws DerError for what the profile does not allow either: distances, or nothing at all. */
export function readNameConstraints(node: DerNode): NameConstraints {
  const members = childrenOf(expectTag(node, tags.sequence))
  if (members.length === 0 || members.some(({ tag }) => tag !== 0xa0 && tag !== 0xa1))
    throw new DerError('no name constraints')
  const of = (tag: number) => {
    const trees = members.find((member) => member.tag === tag)
    return trees ? childrenOf(trees).map(readSubtree) : []
  }
  return { permitted: of(0xa0), excluded: of(0xa1) }
}

function readSubtree(node: DerNode): GeneralName {
  const [base, ...distances] = childrenOf(expectTag(node, tags.sequence))
  const plain = distances.every(({ tag, value }) => tag === 0x80 && value.length === 1 && value[0] === 0)
  if (base === undefined || !plain) throw new DerError('a distance in name constraints')
  const name = readGeneralName(base)
  if (name.kind === 'ip' && name.bytes.length !== 8 && name.bytes.length !== 32)
    throw new DerError('no address with its mask')
  return name
}

/** More comparisons than any honest path needs. */
const most = 100_000

/** Whether all these names may stand in a certificate below (6.1.3 b and c, 6.1.4 g). */
export function allows({ permitted, excluded }: NameConstraints, names: readonly GeneralName[]): boolean {
  if ((permitted.length + excluded.length) * names.length > most) return false
  return names.every((name) => {
    const same = (constraint: GeneralName) => isSameForm(constraint, name)
    if (name.kind === 'other') return ![...permitted, ...excluded].some(same)
    const own = permitted.filter(same)
    const others = excluded.filter(same)
    if (own.length + others.length === 0) return true
    if (name.kind === 'uri' && hostOf(name.text) === undefined) return false
    if (others.some((constraint) => isWithin(name, constraint))) return false
    return own.length === 0 || own.some((constraint) => isWithin(name, constraint))
  })
}

function isSameForm(a: GeneralName, b: GeneralName): boolean {
  return a.kind === 'other' ? b.kind === 'other' && a.tag === b.tag : a.kind === b.kind
}

function isWithin(name: GeneralName, constraint: GeneralName): boolean {
  if (name.kind === 'ip') return constraint.kind === 'ip' && isAddressWithin(name.bytes, constraint.bytes)
  if (name.kind === 'directory')
    return constraint.kind === 'directory' && constraint.parts.every((part, at) => name.parts[at] === part)
  if (name.kind === 'other' || constraint.kind !== name.kind || !('text' in constraint)) return false
  if (name.kind === 'dns') return isDomainWithin(name.text, constraint.text)
  if (name.kind === 'uri') return isHostWithin(hostOf(name.text) ?? '', constraint.text)
  return isMailboxWithin(name.text, constraint.text)
}

/** The name itself or anything to the left of it. */
function isDomainWithin(name: string, constraint: string): boolean {
  const [host, base] = [name.toLowerCase(), constraint.toLowerCase()]
  return base === '' || host === base || host.endsWith(base.startsWith('.') ? base : `.${base}`)
}

/** One host, or, with a period in front, all hosts below it. */
function isHostWithin(name: string, constraint: string): boolean {
  const [host, base] = [name.toLowerCase(), constraint.toLowerCase()]
  return base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base
}

function isMailboxWithin(name: string, constraint: string): boolean {
  const at = name.lastIndexOf('@')
  const mark = constraint.lastIndexOf('@')
  if (mark < 0) return isHostWithin(name.slice(at + 1), constraint)
  return (
    name.slice(0, at) === constraint.slice(0, mark) &&
    isHostWithin(name.slice(at + 1), constraint.slice(mark + 1))
  )
}

/** The host of a URI; undefined when it names none, or an address, which constraints can't be held against. */
function hostOf(uri: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri)?.[1] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '')
  return host === '' || host.startsWith('[') || /^[\d.]+$/.test(host) ? undefined : host
}

function isAddressWithin(address: Uint8Array, constraint: Uint8Array): boolean {
  const { length } = address
  if (constraint.length !== 2 * length) return false
  return address.every((byte, at) => ((byte ^ (constraint[at] ?? 0)) & (constraint[length + at] ?? 0)) === 0)
}
