/**
 * The physical floor: what any program that labels a file can't do without — read it, hash it, write it. By the quickest calls
 * that Node has for it, into memory that is used again and lies well (`forReading`).
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { forReading, readingOffset } from '@yinji/core'

const pieceBytes = 1024 * 1024
const array = () => forReading(new ArrayBuffer(readingOffset + pieceBytes))
const pieces = [array(), array()] as const

/** One read and one SHA-256 over a file, piece by piece. */
export function hash(from: string, take?: (piece: Uint8Array) => void): void {
  const source = openSync(from, 'r')
  const sum = createHash('sha256')
  for (;;) {
    const count = readSync(source, pieces[0], 0, pieceBytes, null)
    if (count === 0) break
    const piece = pieces[0].subarray(0, count)
    sum.update(piece)
    take?.(piece)
  }
  sum.digest()
  closeSync(source)
}

/** Small file: one read, one SHA-256, one write. */
export function copyHashed(from: string, to: string): void {
  const target = openSync(to, 'w')
  hash(from, (piece) => writeSync(target, piece))
  closeSync(target)
}

/** Large file: the same, written by another thread while the next piece is read and hashed. */
export async function streamHashed(from: string, to: string): Promise<void> {
  const source = openSync(from, 'r')
  const target = await open(to, 'w')
  const sum = createHash('sha256')
  let written: Promise<unknown> | undefined
  for (let turn = 0; ; turn = 1 - turn) {
    const piece = pieces[turn === 0 ? 0 : 1]
    const count = readSync(source, piece, 0, pieceBytes, null)
    if (count === 0) break
    sum.update(piece.subarray(0, count))
    await written
    written = target.write(piece, 0, count)
  }
  await written
  sum.digest()
  closeSync(source)
  await target.close()
}
