/** What a file says, without an authority. */
import { certificatesIn, readCertificate } from '@yinji/provenance'
import { readRequest, type Subject } from '@yinji/provenance/certificates'

/** The serial number of the first certificate in a file, PEM or DER; undefined when it holds none. */
export function serialIn(file: Uint8Array): string | undefined {
  const [der = file] = certificatesIn(Buffer.from(file).toString('latin1'))
  return readCertificate(der)?.serial
}

/** What a request asks to be called. @throws UsageError when it does not hold. */
export function requestedIn(request: Uint8Array): Partial<Subject> {
  return readRequest(request).subject
}
