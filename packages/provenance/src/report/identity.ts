/** An identity assertion (CAWG) with what its signature holds, as c2pa-rs shows it: a certificate, or, of an aggregator, a credential. */
import { fieldsOf, isBytes, isFields, textOf } from '../verify/fields.ts'
import { credentialIn } from '../verify/identity/aggregation.ts'
import { type Json, toJson } from './json.ts'
import { signatureJson } from './signature.ts'

export function identityJson(value: unknown): Json {
  const signature = isFields(value) ? value.get('signature') : undefined
  if (!isFields(value) || !isBytes(signature)) return toJson(value)
  const isX509 = textOf(fieldsOf(value, 'signer_payload'), 'sig_type') === 'cawg.x509.cose'
  const shown = isX509
    ? signatureJson(signature)
    : ((credentialIn(signature) as Json | undefined) ?? toJson(signature))
  return { ...(toJson(value) as object), signature: shown }
}
