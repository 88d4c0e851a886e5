/** A sound that takes a while: for interruptions and for measuring memory. */
import { open } from 'node:fs/promises'

/** A WAV of so many bytes of silence. Sparse on disk, so making it costs nothing. */
export async function longSound(path: string, bytes: number): Promise<void> {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(bytes - 8, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(44100, 24)
  head.writeUInt32LE(176400, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(bytes - 44, 40)
  const file = await open(path, 'w')
  await file.write(head)
  await file.truncate(bytes)
  await file.close()
}
