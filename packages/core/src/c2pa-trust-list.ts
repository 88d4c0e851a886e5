/**
 * The form in which the C2PA publishes its trust lists: lists of trusted entities of ETSI TS 119 602, as JSON. Of its members
 * those that say whom to trust, and when.
 */
import * as z from 'zod'
import { limits } from './limits.ts'

const state = z.object({
  ServiceStatus: z.string(),
  StatusStartingTime: z.iso.datetime({ offset: true }),
})

const service = z.object({
  ServiceInformation: state.extend({
    ServiceDigitalIdentity: z.object({
      /** DER in base64. */
      X509Certificates: z
        .array(z.object({ val: z.base64().max(limits.certificateBytes * 2) }))
        .max(100)
        .default([]),
    }),
  }),
  /** What it was before. */
  ServiceHistory: z.array(state).max(1000).default([]),
})

/** The schema of a trust list of the C2PA. */
export const c2paTrustListSchema = z.object({
  LoTE: z.object({
    ListAndSchemeInformation: z.object({ SchemeName: z.array(z.object({ value: z.string() })).default([]) }),
    TrustedEntitiesList: z
      .array(z.object({ TrustedEntityServices: z.array(service).max(1000) }))
      .max(10_000)
      .default([]),
  }),
})

/** What an entity of the list does, and how it is called at which time. */
export type C2paTrustService = z.output<typeof service>
