/** Throw-away identities for tests, made once per process by the product itself. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, type Identity, type NewIdentity } from '@yinji/toolkit'
import { afterAll } from 'vitest'

/** A code whose check digit holds. */
export const providerCode = '001191110102MACQD9K64010000'

/** A directory that is gone after the tests of the file. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'yinji-test-'))
  afterAll(() => rm(path, { recursive: true, force: true }))
  return path
}

export async function testIdentity(options: Partial<NewIdentity> = {}): Promise<Identity> {
  return createIdentity(temporaryDirectory(), {
    provider: 'Acme AI',
    code: providerCode,
    system: 'Acme Painter',
    systemVersion: '3.1',
    ...options,
  })
}
