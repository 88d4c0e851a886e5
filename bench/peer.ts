/** c2pa-rs in WebAssembly as a signer and reader with the same certificates. It holds whole files in memory. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Identity } from '@yinji/toolkit'
import { encodeCbor } from '../packages/provenance/src/encoding/cbor.ts'
import { encodeCoseSign1, sigStructure } from '../packages/provenance/src/encoding/cose.ts'

/** A Blob whose bytes can be had at once: the WebAssembly build reads through FileReaderSync, which Node has not. */
class MemoryBlob extends Blob {
  readonly memory: Uint8Array<ArrayBuffer>
  constructor(memory: Uint8Array<ArrayBuffer>) {
    super([])
    this.memory = memory
    Object.defineProperty(this, 'size', { value: memory.byteLength })
  }
  override slice(start?: number, end?: number): MemoryBlob {
    return new MemoryBlob(this.memory.subarray(start, end))
  }
}

class MemoryReader {
  readAsArrayBuffer({ memory }: MemoryBlob): ArrayBuffer {
    return memory.slice().buffer
  }
}
Object.assign(globalThis, { FileReaderSync: MemoryReader })

export interface Peer {
  sign(bytes: Uint8Array, mediaType: string): Promise<Uint8Array>
  read(bytes: Uint8Array, mediaType: string): Promise<string>
}

/** What both builds of c2pa-rs are asked to sign. */
export const definition = {
  claim_generator_info: [{ name: 'bench', version: '1' }],
  assertions: [
    {
      label: 'c2pa.actions.v2',
      data: {
        actions: [
          {
            action: 'c2pa.created',
            digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
          },
        ],
      },
    },
  ],
}

/** What both are told: whom to trust, and to do nothing that ours doesn't do either. */
export const settingsFor = (anchor: string): string =>
  JSON.stringify({
    version: 1,
    trust: { user_anchors: anchor, trust_config: '1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.4\n' },
    verify: { verify_after_sign: false, ocsp_fetch: false, remote_manifest_fetch: false },
    builder: { thumbnail: { enabled: false } },
  })

export async function createPeer({ signer, anchor }: Identity): Promise<Peer> {
  const wasm = await import('@contentauth/c2pa-wasm')
  const home = dirname(createRequire(import.meta.url).resolve('@contentauth/c2pa-wasm/package.json'))
  await wasm.default({ module_or_path: readFileSync(join(home, 'pkg', 'c2pa_bg.wasm')) })
  const reserveSize = 4096
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [1, -7],
      [33, [...signer.chain]],
    ]),
  )
  /** c2pa-rs hands over the claim and wants the finished COSE structure, padded to the size it reserved. */
  const sign = async (claim: Uint8Array) => {
    const signature = await signer.sign(sigStructure(protectedBytes, claim))
    const padded = (length: number) =>
      encodeCoseSign1({ protectedBytes, unprotected: new Map([['pad', new Uint8Array(length)]]), signature })
    const short = reserveSize - padded(reserveSize).byteLength
    return Uint8Array.from(padded(reserveSize + short))
  }
  const settings = settingsFor(anchor)
  return {
    async sign(bytes, mediaType) {
      const builder = wasm.WasmBuilder.fromJson(JSON.stringify(definition), settings)
      const signed = await builder.sign(
        { sign, reserveSize, alg: 'es256' },
        [],
        mediaType,
        new MemoryBlob(new Uint8Array(bytes)),
      )
      builder.free()
      return signed
    },
    async read(bytes, mediaType) {
      const reader = await wasm.WasmReader.fromBytes(mediaType, bytes, settings)
      const json = reader.json()
      reader.free()
      return json
    },
  }
}
