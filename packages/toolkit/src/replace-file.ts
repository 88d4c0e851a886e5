/** Writes a small file whole or not at all. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileTarget, permissionsFor } from './target.ts'

/** Replaces the file's content; the old one stays until the new one is complete. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(content)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const mode = await permissionsFor(path, { replace: true })
  const target = await FileTarget.create(path, { mode, size: bytes.byteLength })
  try {
    await target.write(bytes, 0)
    await (await target.finish())[Symbol.asyncDispose]?.()
    await target.commit({ replace: true })
  } finally {
    await target.discard()
  }
}
