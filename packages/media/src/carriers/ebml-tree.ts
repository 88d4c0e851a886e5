/**
 * Small EBML masters (tags, indexes) as trees that can be changed and written again: what was not touched comes out
 * byte for byte, even where a size takes more bytes than it must; checksums are those of the new content.
 */
import { crc32 } from 'node:zlib'
import { concat, limits } from '@yinji/core'
import { crcId, readHeader, sizeLengthOf, uintLength, writeHeader } from './ebml.ts'
import { setUint32le, uint32le } from './integers.ts'

export type Node = Leaf | Master

export interface Leaf {
  readonly kind: 'leaf'
  readonly id: number
  readonly sizeLength: number
  data: Uint8Array
}

export interface Master {
  readonly kind: 'master'
  readonly id: number
  /** At least so many bytes for the size. */
  sizeLength: number
  children: Node[]
}

export const leaf = (id: number, data: Uint8Array): Leaf => ({ kind: 'leaf', id, sizeLength: 1, data })
export const master = (id: number, ...children: Node[]): Master => ({
  kind: 'master',
  id,
  sizeLength: 1,
  children,
})

export interface Tree {
  readonly root: Master
  /** Why the tree breaks off, in words, if it does. */
  readonly damage?: string
}

/** The element whose header begins the bytes, down to whatever is not one of the masters. */
export function parseTree(bytes: Uint8Array, masters: ReadonlySet<number>): Tree {
  let count = 0
  let damage: string | undefined
  const children = (start: number, end: number, depth: number): Node[] => {
    const nodes: Node[] = []
    for (let at = start; at < end && damage === undefined; ) {
      const header = readHeader(bytes.subarray(0, end), at)
      const content = at + (header?.length ?? 0)
      if (header?.size === undefined || content + header.size > end) damage = `element at ${at} is cut off`
      else if (++count > limits.items || depth > limits.depth) damage = 'elements without end'
      else {
        const { id, sizeLength } = header
        at = content + header.size
        nodes.push(
          masters.has(id)
            ? { kind: 'master', id, sizeLength, children: children(content, at, depth + 1) }
            : { kind: 'leaf', id, sizeLength, data: bytes.subarray(content, at) },
        )
      }
    }
    return nodes
  }
  const header = readHeader(bytes, 0)
  const { id = 0, sizeLength = 1, length = 0 } = header ?? {}
  const root: Master = {
    kind: 'master',
    id,
    sizeLength,
    children: children(length, bytes.byteLength, 1),
  }
  return damage === undefined ? { root } : { root, damage }
}

/** Children of one kind. */
export const mastersIn = (parent: Master, id: number): Master[] =>
  parent.children.filter((node): node is Master => node.kind === 'master' && node.id === id)
export const leafIn = (parent: Master, id: number): Leaf | undefined =>
  parent.children.find((node): node is Leaf => node.kind === 'leaf' && node.id === id)

/** Bytes that a node takes when written. */
export function nodeSize(node: Node): number {
  const size = contentSize(node)
  return uintLength(node.id) + sizeLengthOf(size, node.sizeLength) + size
}

function contentSize(node: Node): number {
  if (node.kind === 'leaf') return node.data.byteLength
  return node.children.reduce((sum, child) => sum + nodeSize(child), 0)
}

export function writeNode(node: Node): Uint8Array {
  if (node.kind === 'leaf') return concat([headerOf(node, node.data.byteLength), node.data])
  const content = concat(node.children.map(writeNode))
  const start = checksumEnd(content)
  if (start > 0) setUint32le(content, start - 4, crc32(content.subarray(start)))
  return concat([headerOf(node, content.byteLength), content])
}

const headerOf = (node: Node, size: number) => writeHeader(node.id, size, sizeLengthOf(size, node.sizeLength))

/** Where the checksum at the beginning of a master's content ends; 0 when there is none (RFC 8794 11.3.1). */
function checksumEnd(content: Uint8Array): number {
  const header = content[0] === crcId ? readHeader(content, 0) : undefined
  return header?.size === 4 && content.byteLength >= header.length + 4 ? header.length + 4 : 0
}

/** Whether the content of a master is what its checksum, if it has one, says. */
export function isSound(content: Uint8Array): boolean {
  const start = checksumEnd(content)
  return start === 0 || crc32(content.subarray(start)) === uint32le(content, start - 4)
}
