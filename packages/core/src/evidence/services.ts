/** Evidence of class C from services and devices: marks that only their AI functions write. */
import type { Medium } from '../handler.ts'
import type { EvidenceRow, Sign } from './row.ts'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
/** Marks without a document of their maker, as a public collection of real files describes them. */
const marks = 'https://github.com/wiltodelta/remove-ai-watermarks (src/remove_ai_watermarks/metadata.py)'
/** Likewise, as several public readers of such files agree. */
const seen = 'seen in downloads of the service; not documented by it'
const texts = ['comment', '©cmt', 'description', '©des', 'desc', 'information', '©inf']

function trace(
  id: string,
  tool: string,
  media: readonly Medium[],
  source: string,
  signs: readonly [Sign, ...Sign[]],
  meaning: string,
): EvidenceRow {
  return { id, class: 'C', media, by: 'properties', tool, source, signs, meaning }
}

export const serviceRows: readonly EvidenceRow[] = [
  trace(
    'google.credit',
    'Google AI',
    ['image', 'video'],
    marks,
    [{ slots: ['xmp', 'png'], names: ['Credit'], patterns: [/^\s*(?:Made|Edited) with Google AI\s*$/] }],
    'The credit line of Gemini, Imagen and the editors of Google Photos.',
  ),
  trace(
    'midjourney.job',
    'Midjourney',
    ['image'],
    seen,
    [
      {
        slots: ['png', 'exif', 'xmp'],
        names: ['Description', 'ImageDescription'],
        patterns: [new RegExp(`\\bJob ID: ${uuid}`), / --[a-z]/],
      },
    ],
    'The prompt with its flags, and the number of the job.',
  ),
  trace(
    'grok.signature',
    'Grok',
    ['image'],
    marks,
    [
      { slots: ['exif'], names: ['ImageDescription'], patterns: [/^\s*Signature: ?[A-Za-z0-9+/=]{64}/] },
      { slots: ['exif'], names: ['Artist'], patterns: [new RegExp(`^\\s*${uuid}\\s*$`, 'i')] },
    ],
    'A signature as description, and a number as artist: both together.',
  ),
  trace(
    'ideogram.make',
    'Ideogram',
    ['image'],
    marks,
    [{ slots: ['exif'], names: ['Make'], patterns: [/^\s*Ideogram AI\s*$/] }],
    'The maker of the “camera”.',
  ),
  trace(
    'samsung.gen-ai-type',
    'Samsung Galaxy AI',
    ['image', 'video'],
    marks,
    [
      {
        slots: ['trailer'],
        names: ['PEg_Info', 'PhotoEditor_Re_Edit_Data'],
        patterns: [/"genAIType"\s*:\s*"?-?[1-9]/],
      },
    ],
    'Which generative function of the photo editor was used; 0 is none.',
  ),
  trace(
    'suno.comment',
    'Suno',
    ['audio', 'video'],
    seen,
    [
      {
        slots: ['id3', 'tags', 'movie', 'riff', 'xmp'],
        names: ['COMM', 'ICMT', 'TXXX', ...texts],
        patterns: [/^\s*made with suno\b/i],
      },
    ],
    'The comment it writes into every download.',
  ),
  trace(
    'suno.address',
    'Suno',
    ['audio'],
    seen,
    [
      {
        slots: ['id3'],
        names: ['WOAS', 'WOAF'],
        patterns: [/^https:\/\/(?:www\.)?suno\.(?:com|ai)\/song\//],
      },
    ],
    'The address of the song.',
  ),
  trace(
    'kling.stream',
    'Kling',
    ['video'],
    seen,
    [{ slots: ['stream'], names: ['SEI'], patterns: [/kling-ai/i] }],
    'User data in the video stream itself; it survives a new container.',
  ),
  trace(
    'tiktok.aigc-label',
    'TikTok',
    ['video'],
    seen,
    [
      {
        slots: ['movie', 'tags'],
        names: ['aigc_info', ...texts],
        patterns: [/"aigc_label_type"\s*:\s*[1-9]/],
      },
    ],
    'The platform’s own label; 0 is none.',
  ),
  trace(
    'douyin.aigc-info',
    'Douyin',
    ['image', 'video'],
    seen,
    [
      {
        slots: ['movie', 'tags', 'exif', 'png', 'comment', 'xmp'],
        names: [...texts, 'UserComment', 'ImageDescription'],
        patterns: [/"aigc_info"\s*:\s*"?\{/, /\baigc_(?:label_)?type\\?"\s*:\s*[1-9]/],
      },
    ],
    'What the app knows about the origin of its material; 0 is none.',
  ),
]
