import { describe, expect, test } from 'vitest'
import { type Code, codes } from './codes/index.ts'
import { finding } from './finding.ts'
import { judge, layerState, type Verdict } from './judge.ts'

const table: readonly [Verdict, readonly Code[]][] = [
  ['unlabeled', []],
  ['unlabeled', ['metadata.source.capture']],
  ['unlabeled', ['metadata.aigc.malformed']],
  ['labeled', ['metadata.aigc.present']],
  ['labeled', ['metadata.source.ai']],
  ['labeled', ['visible.text.present']],
  ['labeled', ['metadata.system.present']],
  ['labeled', ['metadata.source.ai', 'metadata.source.capture', 'metadata.origin.conflict']],
  ['unlabeled', ['metadata.trace.tool', 'metadata.trace.hint']],
  ['unlabeled', ['metadata.trace.tool', 'metadata.source.capture', 'metadata.origin.conflict']],
  ['unlabeled', ['metadata.deep.seen', 'metadata.deep.unchecked']],
  ['labeled', ['metadata.aigc.present', 'metadata.aigc.duplicate', 'metadata.aigc.conflict']],
  ['valid', ['manifest.content.intact']],
  ['valid', ['metadata.aigc.present', 'manifest.content.intact']],
  ['trusted', ['metadata.aigc.present', 'manifest.content.intact', 'manifest.signer.trusted']],
  ['valid', ['manifest.content.intact', 'manifest.signer.trusted', 'manifest.update.untrusted']],
  ['labeled', ['metadata.aigc.present', 'manifest.signer.trusted']],
  ['invalid', ['manifest.content.intact', 'manifest.signer.trusted', 'metadata.record.disagree']],
  ['invalid', ['asset.damaged', 'metadata.provider.disagree']],
  ['unchecked', ['asset.damaged', 'metadata.aigc.present']],
  ['unchecked', ['asset.type.unsupported']],
]

describe('judge', () => {
  test.each(table)('%s from %j', (verdict, found) => {
    expect(judge(found.map((code) => finding(code)))).toBe(verdict)
  })

  test('a trusted signer is never enough without intact content', () => {
    expect(judge([finding('manifest.signer.trusted')])).toBe('unlabeled')
  })

  test('layers', () => {
    const found = [finding('metadata.aigc.present'), finding('visible.claim.present')]
    expect(layerState('metadata', found)).toBe('present')
    expect(layerState('visible', found)).toBe('unchecked')
    expect(layerState('manifest', found)).toBe('absent')
    expect(layerState('metadata', [...found, finding('metadata.record.disagree')])).toBe('broken')
  })
})

describe('the code table', () => {
  test.each(Object.entries(codes))('%s speaks both languages', (_, entry) => {
    for (const text of [entry.en, entry.zh]) {
      expect(text.title).not.toBe('')
      expect(text.meaning).not.toBe('')
    }
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    expect(names(entry.zh.title)).toEqual(names(entry.en.title))
    if (entry.level === 'fault' || entry.level === 'error' || entry.level === 'unchecked') {
      expect(entry.en.next).not.toBe('')
      expect(entry.zh.next).not.toBe('')
    }
  })

  test('the word “altered” is kept for a hash that does not match', () => {
    const users = Object.entries(codes).filter(([, { en }]) =>
      /altered|tampered/i.test(en.title + en.meaning),
    )
    expect(users.map(([code]) => code).filter((code) => code !== 'manifest.content.altered')).toEqual([])
  })
})
