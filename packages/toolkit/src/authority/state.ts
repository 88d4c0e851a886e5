/** What the record of an authority amounts to: who issues, what was issued, what was taken back. */
import type { AuthorityEntry, RevocationReason } from '@yinji/core'
import { type Certificate, readCertificate, writeSm2PublicKey } from '@yinji/provenance'

/** `c2pa` certifies keys for manifests, `sm2` those for labels. */
export type Family = 'c2pa' | 'sm2'

/** A root or an issuing CA. */
export interface Issuing {
  readonly family: Family
  /** `root`, `issuing-1` … */
  readonly name: string
  readonly certificate: Certificate
}

/** One certificate, and what became of it. */
export interface Issued {
  readonly family: Family
  /** Name of the CA that issued it. */
  readonly issuer: string
  readonly serial: string
  readonly profile: 'authority' | 'signer' | 'timestamp' | 'ocsp'
  readonly certificate: Certificate
  readonly replaces: string | null
  readonly revoked: Revocation | null
}

/** That and why it was taken back. */
export interface Revocation {
  readonly at: Date
  readonly reason: RevocationReason
  /** Since when the key is to be held compromised. */
  readonly since: Date | null
}

export class AuthorityState {
  readonly issuing: Issuing[] = []
  /** By serial number. */
  readonly issued = new Map<string, Issued>()
  /** Serial number of the certificate that was revoked as compromised, by its key’s SubjectPublicKeyInfo in hex. */
  readonly compromised = new Map<string, string>()
  /** The newest lists, by `family/issuer`. */
  readonly lists = new Map<string, { number: number; nextUpdate: Date; sequence: number }>()
  /** Number of the entry that last changed what a list says, by `family/issuer`. */
  readonly changes = new Map<string, number>()
  edition = 0

  apply(entry: AuthorityEntry): void {
    switch (entry.type) {
      case 'authority':
        this.#found(entry)
        break
      case 'issued': {
        const certificate = certificateIn(entry.certificate)
        this.#issued({ ...entry, certificate, replaces: entry.replaces ?? null, revoked: null })
        break
      }
      case 'revoked':
        this.#revoke(entry)
        break
      case 'released':
        this.#change(entry, null)
        break
      case 'crl':
        this.lists.set(`${entry.family}/${entry.issuer}`, {
          number: entry.number,
          nextUpdate: new Date(entry.nextUpdate),
          sequence: entry.sequence,
        })
        break
      case 'register':
        this.edition = entry.edition
    }
  }

  /** The CA that issues now: the youngest. */
  current(family: Family): Issuing | undefined {
    return this.issuing.findLast((one) => one.family === family && one.name !== 'root')
  }

  find(family: Family, name: string): Issuing | undefined {
    return this.issuing.find((one) => one.family === family && one.name === name)
  }

  #found({ family, name, certificate }: AuthorityEntry & { type: 'authority' }): void {
    const read = certificateIn(certificate)
    this.issuing.push({ family, name, certificate: read })
    if (name === 'root') return
    this.#issued({
      family,
      issuer: 'root',
      serial: read.serial,
      profile: 'authority',
      certificate: read,
      replaces: null,
      revoked: null,
    })
  }

  #issued({ family, issuer, serial, profile, certificate, replaces, revoked }: Issued): void {
    this.issued.set(serial, { family, issuer, serial, profile, certificate, replaces, revoked })
  }

  #revoke(entry: AuthorityEntry & { type: 'revoked' }): void {
    const { serial, at, reason, since } = entry
    const revoked = { at: new Date(at), reason, since: since === undefined ? null : new Date(since) }
    this.#change(entry, revoked)
    const key = this.issued.get(serial)
    if (key && reason === 'keyCompromise') this.compromised.set(keyOf(key.certificate), serial)
  }

  #change({ serial, sequence }: { serial: string; sequence: number }, revoked: Revocation | null): void {
    const one = this.issued.get(serial)
    if (one === undefined) return
    this.issued.set(serial, { ...one, revoked })
    this.changes.set(`${one.family}/${one.issuer}`, sequence)
  }
}

/** SubjectPublicKeyInfo in hex. */
export function keyOf({ publicKey, sm2Key }: Certificate): string {
  const der = sm2Key ? writeSm2PublicKey(sm2Key) : publicKey.export({ format: 'der', type: 'spki' })
  return Buffer.from(der).toString('hex')
}

function certificateIn(base64: string): Certificate {
  const certificate = readCertificate(Buffer.from(base64, 'base64'))
  if (certificate === undefined) throw new TypeError('a certificate of one’s own that can’t be read')
  return certificate
}
