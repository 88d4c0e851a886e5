/** A WAV file around the samples of a label, for programs that encode it. */
import { concat } from '@yinji/core'
import { binaryBytes } from '../../carriers/binary.ts'
import { chunkHeader } from '../../carriers/riff-write.ts'
import { encodePcm } from './pcm.ts'

/** 24 bits: quieter steps than any codec keeps. The samples of one channel, in every channel. */
export function waveFile(samples: Float64Array, rate: number, channels: number): Uint8Array {
  const width = 3
  const data = encodePcm({ kind: 'integer', channels, rate, width, bits: width * 8 }, samples)
  const fmt = new DataView(new ArrayBuffer(16))
  fmt.setUint16(0, 1, true)
  fmt.setUint16(2, channels, true)
  fmt.setUint32(4, rate, true)
  fmt.setUint32(8, rate * channels * width, true)
  fmt.setUint16(12, channels * width, true)
  fmt.setUint16(14, width * 8, true)
  const body = [
    binaryBytes('WAVE'),
    chunkHeader('fmt ', fmt.byteLength),
    new Uint8Array(fmt.buffer),
    chunkHeader('data', data.byteLength),
    data,
  ]
  const size = body.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return concat([chunkHeader('RIFF', size), ...body])
}
