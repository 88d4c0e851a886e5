/** The physical floor: what any program that labels a file can't do without — read it, hash it, write it. */
import { createHash } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'

/** Small file: one read, one SHA-256, one write. */
export async function copyHashed(from: string, to: string): Promise<void> {
  const bytes = await readFile(from)
  createHash('sha256').update(bytes).digest()
  await writeFile(to, bytes)
}

/** Small file: one read, one SHA-256. */
export async function hash(from: string): Promise<void> {
  createHash('sha256')
    .update(await readFile(from))
    .digest()
}

/** Large file: the same in pieces, reading ahead while hashing and writing. */
export async function streamHashed(from: string, to?: string): Promise<void> {
  const source = await open(from)
  const target = to === undefined ? undefined : await open(to, 'w')
  const sum = createHash('sha256')
  let [here, there] = [Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)]
  let next = source.read(here, 0, here.length)
  for (;;) {
    const { bytesRead } = await next
    if (bytesRead === 0) break
    const full = here.subarray(0, bytesRead)
    const written = target?.write(full)
    ;[here, there] = [there, here]
    next = source.read(here, 0, here.length)
    sum.update(full)
    await written
  }
  sum.digest()
  await source.close()
  await target?.close()
}
