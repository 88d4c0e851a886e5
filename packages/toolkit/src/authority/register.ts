/** The list of providers an authority signs for `trust import`: its roots, and who may sign labels with which keys. */
import { producerOf, type TrustListInput } from '@yinji/core'
import { signTrustList, sm2Fingerprint } from '@yinji/provenance'
import { day, type Office } from './office.ts'
import type { AuthorityState, Issued } from './state.ts'

/** What a register is called. */
export interface NewRegister {
  /** For machines: stays the same from edition to edition. */
  readonly id: string
  /** For people. Default: the authority’s organisation. */
  readonly name?: string | undefined
  /** Days until the next edition is due. Default 30. */
  readonly days?: number | undefined
}

/** Each call is a new edition. */
export async function signRegister(
  { state, record, settings, vault, clock }: Office,
  { id, name = settings.organization, days = 30 }: NewRegister,
): Promise<string> {
  const now = clock()
  const signer = await vault.register()
  const entry = await record.add(now, () => ({ type: 'register', edition: state.edition + 1 }))
  const list: TrustListInput = {
    schema: 'yinji.trust-list/1',
    id,
    name,
    sequence: entry.type === 'register' ? entry.edition : 0,
    issuedAt: now.toISOString(),
    nextUpdate: new Date(now.getTime() + days * day).toISOString(),
    anchors: anchorsOf(state),
    providers: providersOf(state, now),
  }
  return signTrustList(list, signer)
}

/** Where somebody was certified to stamp times, the roots vouch for that as well. */
function anchorsOf(state: AuthorityState): TrustListInput['anchors'] {
  const stamps = [...state.issued.values()].some(({ profile }) => profile === 'timestamp')
  const purposes = stamps ? (['content', 'timestamp'] as const) : (['content'] as const)
  return state.issuing
    .filter(({ name }) => name === 'root')
    .flatMap(({ certificate }) =>
      purposes.map((purpose) => ({ certificate: Buffer.from(certificate.der).toString('base64'), purpose })),
    )
}

/** All keys a provider ever had: whether a certificate still holds is for lists and answers to say. */
function providersOf(state: AuthorityState, now: Date): TrustListInput['providers'] {
  const byCode = new Map<string, Issued[]>()
  for (const one of state.issued.values()) {
    if (one.profile !== 'signer') continue
    const { organization, organizationIdentifier } = one.certificate.subject
    const code = organizationIdentifier ?? producerOf({ name: organization ?? '' })
    byCode.set(code, [...(byCode.get(code) ?? []), one])
  }
  return [...byCode].map(([code, all]) => ({
    code,
    name: all.at(-1)?.certificate.subject.organization ?? code,
    status: statusOf(all, now),
    keys: [...new Set(all.flatMap(({ certificate: { sm2Key } }) => (sm2Key ? sm2Fingerprint(sm2Key) : [])))],
  }))
}

function statusOf(all: readonly Issued[], now: Date): 'active' | 'suspended' | 'withdrawn' {
  if (all.some(({ revoked, certificate }) => revoked === null && certificate.notAfter > now)) return 'active'
  return all.some(({ revoked }) => revoked?.reason === 'certificateHold') ? 'suspended' : 'withdrawn'
}
