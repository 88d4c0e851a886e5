/** What an authority tells the world about revoked certificates: lists (RFC 5280 5) and answers (RFC 6960). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  answerOcsp,
  generatePrivateKey,
  type OcspResponder,
  openCertificateKey,
  signCrl,
} from '@yinji/provenance/certificates'
import { replaceFile } from '../replace-file.ts'
import { certifyBy } from './certify.ts'
import { day, type Office } from './office.ts'
import type { Family, Issuing } from './state.ts'

/** A list of revoked certificates, and where it lies. */
export interface RevocationList {
  readonly family: Family
  /** `root`, `issuing-1` … */
  readonly issuer: string
  readonly number: number
  readonly revoked: number
  readonly nextUpdate: Date
  readonly path: string
}

/** A root’s key is taken out seldom. */
const rootListDays = 90

const living = ({ state, clock }: Office) =>
  state.issuing.filter(({ certificate }) => certificate.notAfter > clock())

export async function writeLists(office: Office, days: number): Promise<readonly RevocationList[]> {
  await office.record.refresh()
  const lists: RevocationList[] = []
  for (const issuer of living(office)) lists.push(await writeList(office, issuer, days))
  return lists
}

async function writeList(office: Office, issuer: Issuing, days: number): Promise<RevocationList> {
  const { directory, state, record, vault, clock } = office
  const { family, name, certificate } = issuer
  const now = clock()
  const key = await vault.open(`${family}/${name}`)
  const nextUpdate = new Date(now.getTime() + (name === 'root' ? Math.max(days, rootListDays) : days) * day)
  const place = { family, issuer: name } as const
  const entry = await record.add(now, () => ({
    type: 'crl',
    ...place,
    number: (state.lists.get(`${family}/${name}`)?.number ?? 0) + 1,
    nextUpdate: nextUpdate.toISOString(),
  }))
  const number = entry.type === 'crl' ? entry.number : 0
  const revoked = [...state.issued.values()].flatMap(({ revoked, serial, ...one }) =>
    revoked && one.family === family && one.issuer === name
      ? [{ serial, at: revoked.at, reason: revoked.reason, invalidityDate: revoked.since ?? undefined }]
      : [],
  )
  const list = { number, thisUpdate: now, nextUpdate, revoked }
  const path = join(directory, family, `${name}.crl`)
  await replaceFile(path, await signCrl(list, { certificate: certificate.der, key }))
  await record.refresh()
  // Another process made a later list meanwhile, and this one may lie over it: nobody must be handed an older one again.
  // Both may see that; the one that waits longer has the last word.
  if (state.lists.get(`${family}/${name}`)?.number !== number) {
    await setTimeout(Math.random() * 100)
    return writeList(office, issuer, days)
  }
  return { ...place, number, revoked: revoked.length, nextUpdate, path }
}

/** The list on disk, made anew when something was revoked since or half its time is over. */
export async function freshList(office: Office, issuer: Issuing, days: number): Promise<Uint8Array> {
  const { state, record, directory, clock } = office
  await record.refresh()
  const name = `${issuer.family}/${issuer.name}`
  const last = state.lists.get(name)
  const soon = new Date(clock().getTime() + (days * day) / 2)
  if (last === undefined || last.nextUpdate < soon || (state.changes.get(name) ?? 0) > last.sequence)
    await writeList(office, issuer, days)
  return readFile(join(directory, issuer.family, `${issuer.name}.crl`))
}

/** With the keys of the issuing CAs themselves. */
export async function answer(office: Office, request: Uint8Array): Promise<Uint8Array> {
  await office.record.refresh()
  const responders = []
  for (const issuer of living(office)) {
    if (issuer.name === 'root') continue
    const { der } = issuer.certificate
    const key = await office.vault.open(`${issuer.family}/${issuer.name}`)
    responders.push({ certificate: der, issuer: der, key, statusOf: statusIn(office, issuer) })
  }
  return answerOcsp(request, responders, { now: office.clock() })
}

/** With keys of their own, in memory alone. */
export async function appointResponders(office: Office, days: number): Promise<readonly OcspResponder[]> {
  await office.record.refresh()
  const responders = []
  for (const issuer of living(office)) {
    if (issuer.name === 'root') continue
    const { family, name, certificate } = issuer
    const key = openCertificateKey(await generatePrivateKey(family === 'sm2' ? 'SM2' : 'P-256'))
    const { organization, country } = office.settings
    const deputy = await certifyBy(office, issuer, {
      publicKey: key.publicKey,
      subject: { organization, country, commonName: `OCSP ${family}/${name}` },
      profile: 'ocsp',
      days,
    })
    responders.push({
      certificate: deputy.certificate.der,
      issuer: certificate.der,
      key,
      statusOf: statusIn(office, issuer),
    })
  }
  return responders
}

function statusIn({ state, record }: Office, { family, name }: Issuing): OcspResponder['statusOf'] {
  return async (serial) => {
    await record.refresh()
    const one = state.issued.get(serial)
    if (one?.family !== family || one.issuer !== name) return 'unknown'
    return one.revoked ? { when: one.revoked.at, reason: one.revoked.reason } : 'good'
  }
}
