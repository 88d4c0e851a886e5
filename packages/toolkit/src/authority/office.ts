/** What everything an authority does works with: settings, record, what the record amounts to, keys, the time. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AuthoritySettings, authoritySettingsSchema, InputError, problem, UsageError } from '@yinji/core'
import { type AuthorityRecord, openRecord } from './record.ts'
import { AuthorityState, type Issued } from './state.ts'
import { openVault, type Passphrase, type Vault } from './vault.ts'

export interface Office {
  readonly directory: string
  readonly settings: AuthoritySettings
  readonly state: AuthorityState
  readonly record: AuthorityRecord
  readonly vault: Vault
  readonly clock: () => Date
}

export const day = 86_400_000

/** @throws InputError when there is none or its record is damaged. */
export async function openOffice(
  directory: string,
  passphrase: Passphrase,
  clock: () => Date,
): Promise<Office> {
  const settings = await readSettings(directory)
  const state = new AuthorityState()
  const record = await openRecord(join(directory, 'record'), (entry) => state.apply(entry))
  return { directory, settings, state, record, vault: openVault(directory, passphrase), clock }
}

/** The certificate with this serial number, or the only one whose number begins so. @throws UsageError */
export function findIssued({ issued }: AuthorityState, serial: string): Issued {
  const wanted = serial.toLowerCase()
  const exact = issued.get(wanted)
  if (exact) return exact
  const fits = /^[0-9a-f]{8,}$/.test(wanted)
    ? [...issued.values()].filter((one) => one.serial.startsWith(wanted))
    : []
  const [only] = fits
  if (only === undefined || fits.length > 1) throw new UsageError('authority.serial.unknown', { serial })
  return only
}

async function readSettings(directory: string): Promise<AuthoritySettings> {
  const path = join(directory, 'authority.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError('authority.missing', { path: directory }, { cause: error })
  })
  try {
    return authoritySettingsSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new InputError(
      'authority.record.broken',
      { path, problem: problem('it is no authority') },
      { cause: error },
    )
  }
}
