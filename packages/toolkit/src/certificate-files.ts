/** Certificates in a directory: a security code may name one by its fingerprint. They are found there, not trusted. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { limits, UsageError } from '@yinji/core'
import { type Certificate, certificatesIn, readCertificate } from '@yinji/provenance'

/** Files looked at; an authority with more of them has them in a store. */
const mostFiles = 10_000

/**
 * Every certificate in the `.pem`, `.crt`, `.cer` and `.der` files of a directory, not below it.
 * @param optional Whether it may be missing.
 * @throws UsageError when it can’t be read, or a file holds no certificate.
 */
export async function loadCertificates(directory: string, optional = false): Promise<readonly Certificate[]> {
  const unreadable = (path: string, cause?: unknown) =>
    new UsageError('usage.trust.unreadable', { path }, { cause })
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (optional && error.code === 'ENOENT') return []
    throw unreadable(directory, error)
  })
  const found: Certificate[] = []
  for (const name of names.filter((each) => /\.(?:pem|crt|cer|der)$/i.test(each)).slice(0, mostFiles)) {
    const path = join(directory, name)
    const bytes = await readFile(path).catch((error: unknown) => {
      throw unreadable(path, error)
    })
    if (bytes.byteLength > limits.metadataBytes) throw unreadable(path)
    const ders = bytes.includes('-----BEGIN') ? certificatesIn(bytes.toString('latin1')) : [bytes]
    const certificates = ders.map((der) => readCertificate(der))
    if (ders.length === 0 || certificates.includes(undefined)) throw unreadable(path)
    found.push(...certificates.flatMap((certificate) => certificate ?? []))
  }
  return found
}
