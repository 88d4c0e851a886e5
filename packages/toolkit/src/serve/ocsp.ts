/** Answers OCSP requests over HTTP (RFC 6960 A.1): by POST, and by GET with the request in the path. */
import { answerOcsp, type OcspOptions, type OcspResponder, refuseOcsp } from '@yinji/provenance/certificates'
import { type Answer, type Answerer, type Question, type ServeOptions, type Server, serve } from './http.ts'

/** Default of `lifetime` as in `answerOcsp`. */
export interface OcspServing extends Pick<OcspOptions, 'lifetime'>, Pick<ServeOptions, 'onError'> {
  /** Default: the system clock. */
  readonly clock?: (() => Date) | undefined
}

/**
 * Part of a server that answers for these authorities; its path is what follows the address in the certificates.
 * @param responders asked anew for every request, because authorities come and go.
 */
export function ocspAnswerer(
  responders: () => readonly OcspResponder[] | Promise<readonly OcspResponder[]>,
  { lifetime, onError, clock = () => new Date() }: OcspServing = {},
): Answerer {
  return async (question) => {
    const request = requestIn(question)
    if ('status' in request) return request
    try {
      return said(await answerOcsp(request, await responders(), { lifetime, now: clock() }))
    } catch (error) {
      onError?.(error)
      return said(refuseOcsp('internalError'))
    }
  }
}

const said = (body: Uint8Array): Answer => ({ status: 200, type: 'application/ocsp-response', body })

function requestIn({ method, path, type, body }: Question): Uint8Array | Answer {
  if (method === 'GET') return fromPath(path)
  if (method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } }
  return type === 'application/ocsp-request' ? body : { status: 415 }
}

/** Base64, escaped where an address needs it; what is none is malformed like any other request. */
function fromPath(path: string): Uint8Array {
  try {
    return Buffer.from(decodeURIComponent(path.slice(1)), 'base64')
  } catch {
    return new Uint8Array() // an escape that is none
  }
}

/** A server that does nothing else. @throws UsageError when the address can’t be listened at. */
export async function createOcspServer(
  responders: () => readonly OcspResponder[] | Promise<readonly OcspResponder[]>,
  options: OcspServing & ServeOptions = {},
): Promise<Server> {
  return serve(ocspAnswerer(responders, options), options)
}
