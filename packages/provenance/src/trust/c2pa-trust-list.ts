/**
 * The trust lists of the C2PA (C2PA 14.4.1, 14.4.2), as its conformance programme publishes them: one of authorities for
 * signers, one of those for time stamps. Each says since when an authority is trusted, and, if it is no more, until when.
 */
import { type C2paTrustService, c2paTrustListSchema, type Problem, UsageError } from '@yinji/core'
import { pemOf } from '../encoding/pem.ts'
import type { TrustAnchors } from './anchors.ts'

/** What a list is for, and whom it names. */
export interface C2paTrustList {
  /** `timestamp` where its name says so. */
  readonly purpose: 'content' | 'timestamp'
  /** One store for each certificate and each time in which it is trusted; those for content have the C2PA’s own key usage. */
  readonly anchors: readonly TrustAnchors[]
}

const trusted = 'http://c2pa.org/conformance/trust-list/trusted'
const claimSigning: ReadonlySet<string> = new Set(['1.3.6.1.4.1.62558.2.1'])

/** Reads a list, which is not signed: whoever passes it on vouches for it. @throws UsageError when it is none. */
export function readC2paTrustList(text: string): C2paTrustList {
  const { LoTE: list } = parse(text)
  const names = list.ListAndSchemeInformation.SchemeName
  const purpose = names.some(({ value }) => /\bTSA\b/.test(value)) ? 'timestamp' : 'content'
  const usages = purpose === 'content' ? claimSigning : undefined
  const services = list.TrustedEntitiesList.flatMap((entity) => entity.TrustedEntityServices)
  return { purpose, anchors: services.flatMap((service) => anchorsOf(service, usages)) }
}

function anchorsOf(service: C2paTrustService, usages: ReadonlySet<string> | undefined): TrustAnchors[] {
  const certificates = service.ServiceInformation.ServiceDigitalIdentity.X509Certificates.map(({ val }) =>
    pemOf('CERTIFICATE', Buffer.from(val, 'base64')),
  ).join('')
  if (certificates === '') return []
  return periodsOf(service).map((period) => ({ certificates, usages, ...period }))
}

/** From each time at which it was trusted to the next at which it was not, whatever the list says is first and last. */
function periodsOf({ ServiceInformation, ServiceHistory }: C2paTrustService) {
  const states = [ServiceInformation, ...ServiceHistory]
    .map(({ ServiceStatus, StatusStartingTime }) => ({
      good: ServiceStatus === trusted,
      at: new Date(StatusStartingTime),
    }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || Number(b.good) - Number(a.good))
  const periods: Pick<TrustAnchors, 'notBefore' | 'notAfter'>[] = []
  let since: Date | undefined
  for (const [index, { good, at }] of states.entries()) {
    if (good) since ??= at
    else if (since || index === 0) {
      periods.push({ notBefore: since, notAfter: at })
      since = undefined
    }
  }
  return since ? [...periods, { notBefore: since }] : periods
}

function parse(text: string) {
  const invalid = (problem: Problem, cause?: unknown) =>
    new UsageError('usage.trust.invalid', { problem }, { cause })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw invalid('it is neither PEM nor JSON', error)
  }
  const result = c2paTrustListSchema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalid(`no trust list of the C2PA: ${issue?.path.join('.')} ${issue?.message}`)
}
