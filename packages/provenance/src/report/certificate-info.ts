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

/** Lines of `KEY=value`, escaped as in RFC 4514 2.4; a key that comes again gets its values joined. */
function nameMap(name: string): { readonly [key: string]: Json } {
  const map = new Map<string, string>()
  for (const line of name.split('\n')) {
    const [key = '', ...rest] = line.split('=')
    const value = plain(rest.join('='))
    if (key) map.set(key, map.has(key) ? `${map.get(key)} + ${value}` : value)
  }
  return Object.fromEntries(map)
}

function plain(escaped: string): string {
  return escaped.replace(/\\(?:([0-9A-Fa-f]{2})|(.))/g, (_, code: string | undefined, character: string) =>
    code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
