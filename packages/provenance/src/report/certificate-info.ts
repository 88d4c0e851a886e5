/** A certificate in the words of crJSON 3.7: serial number, names as maps, validity. */
import { X509Certificate } from 'node:crypto'
import type { Json } from './json.ts'

/** Undefined for what is no certificate. */
export function certificateInfo(der: Uint8Array): { readonly [key: string]: Json } | undefined {
  try {
    const { serialNumber, subject, issuer, validFrom, validTo } = new X509Certificate(der)
    return {
      serialNumber: serialNumber.toLowerCase(),
      subject: nameMap(subject),
      issuer: nameMap(issuer),
      validity: {
        notBefore: new Date(validFrom).toISOString(),
        notAfter: new Date(validTo).toISOString(),
      },
    }
  } catch {
    return undefined // shown as not there: whether that matters is the validator's to say
  }
}

/** Lines of `KEY=value`; a key that comes again gets its values joined. */
function nameMap(name: string): { readonly [key: string]: Json } {
  const map = new Map<string, string>()
  for (const line of name.split('\n')) {
    const [key = '', ...rest] = line.split('=')
    const value = rest.join('=')
    if (key) map.set(key, map.has(key) ? `${map.get(key)} + ${value}` : value)
  }
  return Object.fromEntries(map)
}
