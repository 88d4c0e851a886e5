import { describe, expect, test } from 'vitest'
import { parseProviderCode } from './provider-code.ts'

describe('provider codes', () => {
  test.each([
    '001191110102MACQD9K64010000',
    '00119144030008867405X200000',
    '001191440101MA9Y9T4H7A00000',
    '001191330106MA2CFLDG4R10001',
    '001191110108335469089C10100',
    '001191440300708461136T1XGW3',
    '001191110108MA01KP2T5U00000',
  ])('%s, seen in public files, holds', (text) => {
    expect(parseProviderCode(text)).toMatchObject({ text, subject: 'organisation' })
  })

  test.each([
    ['001191110102MACQD9K64110000', 'checkDigit'],
    ['01191110102MACQD9K64010000', 'length'],
    ['001391110102MACQD9K64010000', 'binding'],
    ['003191110102MACQD9K64010000', 'subject'],
    ['101191110102MACQD9K64010000', 'prefix'],
    ['001191110102MACQD9K64030000', 'extension'],
    ['001191110102macqd9k64010000', 'character'],
    ['001191110102MACQD9K6IO10000', 'checkDigit'],
  ])('%s fails: %s', (text, fault) => {
    expect(parseProviderCode(text)).toBe(fault)
  })

  test('an individual is told from an organisation, by the ID number’s own check digit', () => {
    // 11010519491231002X is the specimen number printed in GB 11643.
    expect(parseProviderCode('002111010519491231002X00000')).toMatchObject({
      subject: 'individual',
      role: 'unspecified',
    })
    expect(parseProviderCode('002111010519491231002100000')).toBe('checkDigit')
  })

  test('the extension tells generation from propagation', () => {
    expect(parseProviderCode('001191110102MACQD9K64010000')).toMatchObject({ role: 'generation' })
    expect(parseProviderCode('001191110102MACQD9K64020000')).toMatchObject({ role: 'propagation' })
    expect(parseProviderCode('001191110102MACQD9K64000000')).toMatchObject({ role: 'unspecified' })
  })
})
