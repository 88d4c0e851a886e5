/** The IPTC vocabulary that says how content came to be, and what each value means for the question "is it AI?". */
import type { Involvement } from './record.ts'

const base = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

/** `ai` declared AI · `possible` may be · `capture` a claim of the opposite · `other` says nothing either way. */
export type Origin = 'ai' | 'possible' | 'capture' | 'other'

const meanings: ReadonlyMap<string, Origin> = new Map([
  ['trainedAlgorithmicMedia', 'ai'],
  ['compositeWithTrainedAlgorithmicMedia', 'ai'],
  ['compositeSynthetic', 'ai'],
  ['algorithmicMedia', 'possible'],
  ['digitalCapture', 'capture'],
  ['computationalCapture', 'capture'],
  ['negativeFilm', 'capture'],
  ['positiveFilm', 'capture'],
  ['print', 'capture'],
  ['digitalArt', 'other'],
  ['digitalCreation', 'other'],
  ['humanEdits', 'other'],
  ['minorHumanEdits', 'other'],
  ['algorithmicallyEnhanced', 'other'],
  ['compositeCapture', 'capture'],
  ['composite', 'other'],
  ['dataDrivenMedia', 'other'],
  ['multiFrameComputationalCapture', 'capture'],
  ['screenCapture', 'other'],
  ['virtualRecording', 'other'],
  ['softwareImage', 'other'],
])

/** What a writer may use: the terms of IPTC, and those that C2PA adds (C2PA 18.15.4.5). */
export const digitalSourceTypes: readonly string[] = [
  ...[...meanings.keys()].map((code) => base + code),
  'http://c2pa.org/digitalsourcetype/empty',
  'http://c2pa.org/digitalsourcetype/trainedAlgorithmicData',
]

/** The value written for a record. */
export function digitalSourceTypeOf(involvement: Involvement): string {
  return (
    base + (involvement === 'generated' ? 'trainedAlgorithmicMedia' : 'compositeWithTrainedAlgorithmicMedia')
  )
}

/** A value of the IPTC vocabulary, read. */
export interface DigitalSourceType {
  /** Last part of the URI. */
  readonly code: string
  readonly origin: Origin
  /** Whether it is written as IPTC asks: the full `http` URI. */
  readonly canonical: boolean
  /** Whether the vocabulary knows it. */
  readonly known: boolean
}

/** Reads a full URI, its `https` variant, or the bare code. */
export function readDigitalSourceType(value: string): DigitalSourceType {
  const text = value.trim()
  const code = text.slice(text.lastIndexOf('/') + 1)
  const c2pa = /^https?:\/\/c2pa\.org\/digitalsourcetype\//.test(text)
  if (c2pa)
    return { code, origin: code === 'trainedAlgorithmicData' ? 'ai' : 'other', canonical: true, known: true }
  return {
    code,
    origin: meanings.get(code) ?? 'other',
    canonical: text === base + code,
    known: meanings.has(code),
  }
}
