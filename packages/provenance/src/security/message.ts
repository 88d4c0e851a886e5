/** What the security codes sign (TC260-PG-202511A): the label’s own text, without braces, in this order. */
import type { AigcKey, AigcReading } from '@yinji/core'

/** Which of the two codes: the producer’s or the propagator’s. */
export type SecurityCode = 'ReservedCode1' | 'ReservedCode2'

const producerKeys = ['Label', 'ContentProducer', 'ProduceID'] as const
const propagatorKeys = [...producerKeys, 'ContentPropagator', 'PropagateID'] as const

/**
 * `"Label":"1","ContentProducer":"…","ProduceID":"…"`; for ReservedCode2, which the guide leaves open, followed by
 * `,"ContentPropagator":"…","PropagateID":"…"` (ours). So a platform that rewrites its own part does not break the
 * producer’s signature. Undefined when a member is missing.
 */
export function messageOf(field: AigcReading, code: SecurityCode): string | undefined {
  return write(field, code === 'ReservedCode1' ? producerKeys : propagatorKeys)
}

/** The same message with the bindings: what binds the content’s hash to this label (ours). */
export function bindingMessage(message: string, bindings: string): string {
  return `${message},"Bindings":${bindings}`
}

function write(field: AigcReading, keys: readonly AigcKey[]): string | undefined {
  const members = keys.map((key) => field[key] !== undefined && `"${key}":${JSON.stringify(field[key])}`)
  return members.includes(false) ? undefined : members.join(',')
}
