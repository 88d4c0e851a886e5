/** Writes a small file whole or not at all. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileTarget, permissionsFor } from './target.ts'

/** Replaces the file's content; the old one stays until the new one is complete. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await write(path, content, true)
}

/** Never over a file that is there. @throws InputError when one is; ToolError when the disk is full. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  await write(path, content, false)
}

async function write(path: string, content: string | Uint8Array, replace: boolean): Promise<void> {
  const bytes = Buffer.from(content)
  const mode = await permissionsFor(path, { replace })
  const target = await FileTarget.create(path, { mode, size: bytes.byteLength })
  try {
    await target.write(bytes, 0)
    await (await target.finish())[Symbol.asyncDispose]?.()
    await target.commit({ replace })
  } finally {
    await target.discard()
  }
}
