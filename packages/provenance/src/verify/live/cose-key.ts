/** Public keys as COSE_Key (RFC 9052 7, RFC 9053 7, RFC 8230 4), for the algorithms of claim signatures (C2PA 13.2.1). */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { type Fields, isBytes } from '../fields.ts'

/** IANA COSE Key Common Parameters and Key Type Parameters. */
const labels = { type: 1, id: 2, curve: -1, x: -2, y: -3, n: -1, e: -2 } as const
const types = { okp: 1, ec2: 2, rsa: 3 } as const
/** Curves, and bytes of a coordinate. */
const curves: ReadonlyMap<unknown, readonly [string, number]> = new Map([
  [1, ['P-256', 32] as const],
  [2, ['P-384', 48] as const],
  [3, ['P-521', 66] as const],
])
const ed25519 = 6

export interface CoseKey {
  /** `kid`, hex. */
  readonly id: string
  readonly key: KeyObject
}

/** Undefined when it is none, has no `kid`, or is of another kind. */
export function readCoseKey(fields: Fields): CoseKey | undefined {
  const id = fields.get(labels.id)
  const jwk = jwkOf(fields)
  if (!isBytes(id) || id.byteLength === 0 || id.byteLength > 1024 || jwk === undefined) return undefined
  try {
    return { id: Buffer.from(id).toString('hex'), key: createPublicKey({ key: jwk, format: 'jwk' }) }
  } catch {
    return undefined // no point of the curve
  }
}

function jwkOf(fields: Fields): JsonWebKey | undefined {
  const type = fields.get(labels.type)
  const coordinate = (label: number, bytes?: number) => {
    const value = fields.get(label)
    const fits = isBytes(value) && (bytes === undefined ? value.byteLength > 0 : value.byteLength === bytes)
    return fits ? Buffer.from(value).toString('base64url') : undefined
  }
  if (type === types.okp && fields.get(labels.curve) === ed25519) {
    const x = coordinate(labels.x, 32)
    return x === undefined ? undefined : { kty: 'OKP', crv: 'Ed25519', x }
  }
  if (type === types.ec2) {
    const [crv, bytes] = curves.get(fields.get(labels.curve)) ?? []
    const [x, y] = [coordinate(labels.x, bytes), coordinate(labels.y, bytes)]
    return crv === undefined || x === undefined || y === undefined ? undefined : { kty: 'EC', crv, x, y }
  }
  if (type !== types.rsa) return undefined
  const [n, e] = [coordinate(labels.n), coordinate(labels.e)]
  return n === undefined || e === undefined ? undefined : { kty: 'RSA', n, e }
}
