/** Who may sign, who is trusted, and what is said of everybody else. */
import { describe, expect, test } from 'vitest'
import { check, forgeFile } from '../forge.test-kit.ts'
import { issue, issuing } from '../issue.test-kit.ts'

describe('certificates', () => {
  const with_ = (spec: Parameters<typeof issue>[0], issuer = issuing) => {
    const { certificate, privateKey } = issue(spec, issuer)
    return forgeFile({ chain: [certificate, issuer.certificate], key: privateKey })
  }
  test.each<[string, Parameters<typeof issue>[0]]>([
    ['a CA', { subject: 'X', ca: true, keyUsage: 0x84 }],
    ['without key usage', { subject: 'X', keyUsage: null }],
    ['for key agreement only', { subject: 'X', keyUsage: 0x08 }],
    ['that may issue others', { subject: 'X', keyUsage: 0x84 }],
    ['without purpose', { subject: 'X', purposes: null }],
    ['for servers', { subject: 'X', purposes: ['1.3.6.1.5.5.7.3.1'] }],
    ['for any purpose', { subject: 'X', purposes: ['1.3.6.1.5.5.7.3.4', '2.5.29.37.0'] }],
    ['for time stamps', { subject: 'X', purposes: ['1.3.6.1.5.5.7.3.8'] }],
    ['for time stamps as well', { subject: 'X', purposes: ['1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.8'] }],
    ['without authority key identifier', { subject: 'X', authorityKey: false }],
    ['with an unknown critical extension', { subject: 'X', critical: '1.2.3.4' }],
  ])('%s can’t sign content', async (_, spec) => {
    const { verdict, codes, signer } = await check(with_(spec))
    expect(codes).toContain('manifest.certificate.profile')
    expect(codes).not.toContain('manifest.signer.trusted')
    expect(signer?.trust).toBe('invalid')
    expect(verdict).toBe('invalid')
  })

  test('signed by themselves can’t sign content', async () => {
    const { certificate, privateKey } = issue({ subject: 'X' })
    const { codes } = await check(forgeFile({ chain: [certificate], key: privateKey }))
    expect(codes).toContain('manifest.certificate.profile')
  })

  test('issued by an end entity are not trusted', async () => {
    const middle = issue({ subject: 'Middle' }, issuing)
    const leaf = issue({ subject: 'X' }, middle)
    const chain = [leaf.certificate, middle.certificate, issuing.certificate]
    const { verdict } = await check(forgeFile({ chain, key: leaf.privateKey }))
    expect(verdict).toBe('valid')
  })

  test('below more CAs than allowed are not trusted', async () => {
    const middle = issue({ subject: 'Middle', ca: true }, issuing) // issuing has path length 0
    const leaf = issue({ subject: 'X' }, middle)
    const chain = [leaf.certificate, middle.certificate, issuing.certificate]
    expect((await check(forgeFile({ chain, key: leaf.privateKey }))).verdict).toBe('valid')
  })

  test('of an impostor with the anchor’s name are not trusted', async () => {
    const impostor = issue({ subject: 'Root', ca: true })
    const leaf = issue({ subject: 'Acme AI' }, impostor)
    const chain = [leaf.certificate, impostor.certificate]
    expect((await check(forgeFile({ chain, key: leaf.privateKey }))).verdict).toBe('valid')
  })

  test('that have expired are said to have expired, not to be unknown, and nothing is called altered', async () => {
    const { verdict, codes } = await check(forgeFile(), { at: new Date('2027-01-01T00:00:00Z') })
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.certificate.expired')
    expect(codes).not.toContain('manifest.signer.untrusted')
    expect(codes).not.toContain('manifest.content.altered')
  })

  test('that have expired stay so when what stands for a time stamp is none', async () => {
    const stamped = forgeFile({ unprotected: new Map([['sigTst2', { tstTokens: [] }]]) })
    const { verdict, codes } = await check(stamped, { at: new Date('2027-01-01T00:00:00Z') })
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.timestamp.invalid')
    expect(codes).toContain('manifest.certificate.expired')
  })

  test('of the future are told apart', async () => {
    const { codes } = await check(forgeFile(), { at: new Date('2025-01-01T00:00:00Z') })
    expect(codes).toContain('manifest.certificate.future')
  })

  test('that are no certificates are reported', async () => {
    const { codes, verdict } = await check(forgeFile({ chain: [new Uint8Array([0x30, 0x80])] }))
    expect(codes).toContain('manifest.certificate.malformed')
    expect(verdict).toBe('invalid')
  })
})
