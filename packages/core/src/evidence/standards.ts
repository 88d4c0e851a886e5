/** Evidence of classes A and B: what standards provide for saying that content was made by AI. */
import type { Medium } from '../handler.ts'
import type { EvidenceRow } from './row.ts'

const everyMedium: readonly Medium[] = ['text', 'image', 'audio', 'video', 'document']
const c2pa = 'https://spec.c2pa.org/specifications/specifications/2.2/specs/C2PA_Specification.html'

export const standardRows: readonly EvidenceRow[] = [
  {
    id: 'c2pa.signed',
    class: 'A',
    media: everyMedium,
    by: 'manifest',
    tool: 'C2PA',
    source: c2pa,
    meaning: 'A trusted signer declares an AI digitalSourceType, and the content is as it was signed.',
  },
  {
    id: 'c2pa.declared',
    class: 'B',
    media: everyMedium,
    by: 'manifest',
    tool: 'C2PA',
    source: c2pa,
    meaning: 'The content is as it was signed and declared as AI, by a signer nobody vouches for.',
  },
  {
    id: 'c2pa.unverified',
    class: 'C',
    media: everyMedium,
    by: 'manifest',
    tool: 'C2PA',
    source: c2pa,
    meaning: 'A manifest declares an AI digitalSourceType, but it does not verify for this content.',
  },
  {
    id: 'gb45438.aigc',
    class: 'B',
    media: everyMedium,
    by: 'label',
    tool: 'GB 45438-2025',
    source: 'https://openstd.samr.gov.cn/ (GB 45438-2025, annex E)',
    meaning: 'The implicit label: Label 1 is, 2 may be, 3 is suspected to be AI-generated.',
  },
  {
    id: 'iptc.digital-source-type',
    class: 'B',
    media: everyMedium,
    by: 'properties',
    tool: 'IPTC DigitalSourceType',
    signs: [
      {
        slots: ['xmp'],
        names: ['DigitalSourceType'],
        patterns: [
          /(?:^|\/)(?:trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|compositeSynthetic)\s*$|c2pa\.org\/digitalsourcetype\/trainedAlgorithmicData\s*$/,
        ],
      },
    ],
    source: 'https://cv.iptc.org/newscodes/digitalsourcetype/',
    meaning: 'The vocabulary of IPTC says that a trained model made the content or a part of it.',
  },
  {
    id: 'iptc.ai-system',
    class: 'B',
    media: everyMedium,
    by: 'properties',
    tool: 'IPTC AISystemUsed',
    signs: [{ slots: ['xmp'], names: ['AISystemUsed'], patterns: [/\S/] }],
    source: 'https://www.iptc.org/std/photometadata/specification/IPTC-PhotoMetadata (2025.1)',
    meaning: 'The metadata names the AI system that the content was made with.',
  },
]
