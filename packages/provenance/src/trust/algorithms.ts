/** Digests and signatures by the object identifiers that X.509 and CMS have for them (RFC 4055, 5758, 8410). */

/** Those of C2PA 13.1, and what node:crypto calls them. */
export const digestOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

/** The same the other way round. */
export const digests: ReadonlyMap<string, keyof typeof digestOids> = new Map([
  [digestOids.sha256, 'sha256'],
  [digestOids.sha384, 'sha384'],
  [digestOids.sha512, 'sha512'],
])

/** For old identifiers of certificates alone, where nothing depends on its strength. */
export const sha1 = '1.3.14.3.2.26'

export const sm3 = '1.2.156.10197.1.401'

interface SignatureAlgorithm {
  /** Null for Ed25519, which hashes by itself. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null
  readonly key: 'ec' | 'rsa' | 'ed25519'
}

/** Algorithms certificates may be signed with (C2PA 14.5.1); besides them RSASSA-PSS, whose digest is a parameter. */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['1.2.840.10045.4.3.2', { digest: 'sha256', key: 'ec' }],
  ['1.2.840.10045.4.3.3', { digest: 'sha384', key: 'ec' }],
  ['1.2.840.10045.4.3.4', { digest: 'sha512', key: 'ec' }],
  ['1.2.840.113549.1.1.11', { digest: 'sha256', key: 'rsa' }],
  ['1.2.840.113549.1.1.12', { digest: 'sha384', key: 'rsa' }],
  ['1.2.840.113549.1.1.13', { digest: 'sha512', key: 'rsa' }],
  ['1.3.101.112', { digest: null, key: 'ed25519' }],
])

export const rsassaPss = '1.2.840.113549.1.1.10'

/** SM2-with-SM3 (GB/T 38540), for certificates of SM2 keys alone: C2PA allows neither. */
export const sm2Signature = '1.2.156.10197.1.501'
