/**
 * What the certificates of an authority refer to, over HTTP:
 *
 *     /ocsp                       answers (RFC 6960 A.1)
 *     /c2pa/issuing-1.crl, .cer   lists of revoked certificates, certificates of CAs (RFC 5280 4.2.1.13, 4.2.2.1)
 *     /roots.pem                  the anchors
 *
 * Plain HTTP: everything here is signed, and whoever checks certificates can’t depend on certificates to do so.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pemOf } from '@yinji/provenance'
import type { OcspResponder } from '@yinji/provenance/certificates'
import type { Answer, Answerer, ServeOptions } from '../serve/http.ts'
import { ocspAnswerer } from '../serve/ocsp.ts'
import { appointResponders, freshList } from './answers.ts'
import { day, type Office } from './office.ts'
import type { Issuing } from './state.ts'

/** Of responders and lists: both are renewed when half of it is over. */
const responderDays = 30
const listDays = 7

export async function authorityAnswerer(
  office: Office,
  { onError }: Pick<ServeOptions, 'onError'>,
): Promise<Answerer> {
  const ocsp = ocspAnswerer(await respondersOf(office, onError), { onError, clock: office.clock })
  const listOf = once((issuer: Issuing) => freshList(office, issuer, listDays))
  return async (question) => {
    const { method, path } = question
    if (path === '/ocsp' || path.startsWith('/ocsp/'))
      return ocsp({ ...question, path: path.slice('/ocsp'.length) || '/' })
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } }
    if (path === '/roots.pem') return pem(office)
    const [, family = '', name = '', kind] =
      /^\/(c2pa|sm2)\/(root|issuing-\d{1,4})\.(crl|cer)$/.exec(path) ?? []
    const issuer = office.state.issuing.find((one) => one.family === family && one.name === name)
    if (issuer === undefined) return { status: 404 }
    if (kind === 'cer') return { status: 200, type: 'application/pkix-cert', body: issuer.certificate.der }
    if (name !== 'root') return list(await listOf(issuer))
    const kept = await readFile(join(office.directory, family, 'root.crl')).catch(() => undefined)
    return kept ? list(kept) : { status: 404 }
  }
}

const list = (body: Uint8Array): Answer => ({
  status: 200,
  type: 'application/pkix-crl',
  body,
  headers: { 'cache-control': 'max-age=600' },
})

function pem({ state }: Office): Answer {
  const roots = state.issuing.filter(({ name }) => name === 'root')
  const body = roots.map(({ certificate }) => pemOf('CERTIFICATE', certificate.der)).join('')
  return { status: 200, type: 'application/x-pem-file', body }
}

/** Whoever asks while an answer is being made gets that one. */
function once<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const making = new Map<K, Promise<V>>()
  return (key) => {
    const made = making.get(key) ?? make(key).finally(() => making.delete(key))
    making.set(key, made)
    return made
  }
}

/** Appointed now, and again when half their time is over or an issuing CA has joined. */
async function respondersOf(
  office: Office,
  onError: ServeOptions['onError'],
): Promise<() => Promise<readonly OcspResponder[]>> {
  const appoint = once(async (_: 'all') => ({
    responders: await appointResponders(office, responderDays),
    until: office.clock().getTime() + (responderDays * day) / 2,
    issuing: office.state.issuing.length,
  }))
  let current = await appoint('all') // who can’t open the keys hears of it before anybody asks
  return async () => {
    await office.record.refresh()
    if (office.clock().getTime() >= current.until || current.issuing !== office.state.issuing.length)
      current = await appoint('all').catch((error: unknown) => {
        onError?.(error)
        return current // half their time is left to those there are
      })
    return current.responders
  }
}
