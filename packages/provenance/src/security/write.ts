/** Writes SecurityData by the guide’s spelling (TC260-PG-202511A): DER, SubjectPublicKeyInfo, one hash. */
import { createHash } from 'node:crypto'
import { type AigcField, InternalError } from '@yinji/core'
import { writeSm2PublicKey } from '../sm2/keys.ts'
import { algorithms, type BindingEntry } from './data.ts'
import { bindingMessage, messageOf, type SecurityCode } from './message.ts'
import type { LabelSigner } from './signer.ts'

/** What goes into a security code besides the signature of the label. */
export interface SecurityOptions {
  /** Hash of the content. Default: the label is signed, the content is not. */
  readonly binding?: BindingEntry | undefined
  /** Only signature and key, some 600 characters. Default false. */
  readonly brief?: boolean | undefined
  /**
   * Characters that certificates may take up in all, in hexadecimal; those that don’t fit are named by their SHA-256.
   * Default 4,096: a leaf certificate, and mostly the one that issued it. Slots of all formats hold more.
   */
  readonly certificateCharacters?: number | undefined
}

/**
 * The text of ReservedCode1 or ReservedCode2 for this label (TC260-PG-202511A): JSON for a string of the label.
 * @param code Which of the two; ReservedCode2 covers the propagator’s part as well.
 * @throws InternalError when the label lacks a member that is signed; what the signer throws.
 */
export async function writeSecurityData(
  field: AigcField,
  code: SecurityCode,
  signer: LabelSigner,
  { binding, brief, certificateCharacters = 4096 }: SecurityOptions = {},
): Promise<string> {
  const message = messageOf(field, code)
  if (message === undefined) throw new InternalError('a label that lacks a member')
  const bindings = binding && [bindingOf(binding)]
  const sign = async (type: string, text: string, scope: object = {}) => ({
    Type: 'DS',
    AlgID: algorithms.signature,
    KeyID: 0,
    TBSData: { Type: type, ...scope },
    Signature: hex(await signer.sign(Buffer.from(text))),
  })
  const entries = [
    await sign('Md', message, code === 'ReservedCode2' ? { Scope: 'Propagation' } : {}),
    ...(bindings ? [await sign('Bindings', bindingMessage(message, JSON.stringify(bindings)))] : []),
    { Type: 'PubKey', AlgID: algorithms.signature, KeyValue: hex(writeSm2PublicKey(signer.publicKey)) },
    ...(brief ? [] : certificatesOf(signer, certificateCharacters)),
  ]
  const data = { Type: 'TC260PG', Version: 1, PubSD: entries, ...(bindings ? { Bindings: bindings } : {}) }
  return JSON.stringify({ SecurityData: data })
}

function bindingOf({ type, algorithm, value, selection }: BindingEntry) {
  return { BType: type, AlgID: algorithm, Value: value.toUpperCase(), CntSel: selection }
}

function certificatesOf({ chain }: LabelSigner, room: number) {
  let left = room
  return chain.map((der) => {
    left -= der.byteLength * 2
    return left >= 0
      ? { Type: 'Cert', KeyValue: hex(der) }
      : { Type: 'CertRef', KeyValue: hex(createHash('sha256').update(der).digest()) }
  })
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
