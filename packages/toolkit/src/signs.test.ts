import { type Code, type Found, finding } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { readEvidence } from './evidence.ts'
import { signsOf } from './signs.ts'

const base = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const image = { medium: 'image' } as const

function manifest(types: readonly string[], ...codes: readonly Code[]) {
  const digitalSourceTypes = types.map((type) => base + type)
  const active = {
    label: 'urn:c2pa:1',
    author: null,
    generator: null,
    title: null,
    digitalSourceTypes,
    record: null,
  }
  return { active, findings: codes.map((code) => finding(code)) }
}

function signs(found: Partial<Found>, validation?: ReturnType<typeof manifest>) {
  const whole: Found = { labels: [], properties: [], findings: [], ...found }
  const { items, findings } = signsOf(image, whole, readEvidence(whole), validation)
  return { ids: items.map(({ id }) => id), codes: findings.map(({ code }) => code) }
}

const credit = { site: 'APP1 XMP', name: 'Credit', value: 'Made with Google AI' }
const source = (code: string) => ({ site: 'APP1 XMP', name: 'DigitalSourceType', value: base + code })
const intact = ['manifest.content.intact', 'manifest.signer.trusted'] as const

describe('a manifest', () => {
  test('cameras sign too: a signature is no sign of AI', () => {
    expect(signs({}, manifest(['digitalCapture'], ...intact))).toEqual({ ids: [], codes: [] })
    expect(signs({}, manifest([], ...intact))).toEqual({ ids: [], codes: [] })
  })

  test.each([
    [['manifest.content.intact', 'manifest.signer.trusted'], 'c2pa.signed'],
    [['manifest.content.intact', 'manifest.signer.untrusted'], 'c2pa.declared'],
    [['manifest.content.altered', 'manifest.signer.trusted'], 'c2pa.unverified'],
    [['manifest.content.intact', 'manifest.signer.trusted', 'metadata.record.disagree'], 'c2pa.unverified'],
    [[], 'c2pa.unverified'],
  ] as const)('declares AI, with %j: %s', (codes, id) => {
    expect(signs({}, manifest(['trainedAlgorithmicMedia'], ...codes)).ids).toEqual([id])
  })
})

describe('a conflict', () => {
  const conflict = ['metadata.origin.conflict']

  test('signed capture, unsigned mark', () => {
    const { ids, codes } = signs({ properties: [credit] }, manifest(['digitalCapture'], ...intact))
    expect(ids).toEqual(['google.credit'])
    expect(codes).toEqual(['metadata.trace.tool', ...conflict])
  })

  test('signed AI, unsigned capture claim', () => {
    const found = { properties: [source('digitalCapture')] }
    expect(signs(found, manifest(['trainedAlgorithmicMedia'], ...intact)).codes).toEqual(conflict)
  })

  test('a photograph that AI has changed, all of it signed, is none', () => {
    const edited = manifest(['digitalCapture', 'compositeWithTrainedAlgorithmicMedia'], ...intact)
    expect(signs({}, edited)).toEqual({ ids: ['c2pa.signed'], codes: [] })
  })

  test('what says nothing either way is none', () => {
    expect(signs({ properties: [credit, source('humanEdits')] }).codes).toEqual(['metadata.trace.tool'])
  })
})

test('an empty AISystemUsed names no system', () => {
  const found: Found = {
    labels: [],
    properties: [{ site: 'XMP', name: 'AISystemUsed', value: ' ' }],
    findings: [],
  }
  expect(readEvidence(found).findings).toEqual([])
})
