/** Evidence of class D: names of AI tools where any software may name itself. Worth a remark, never more. */
import type { EvidenceRow } from './row.ts'

/** Names that mean an AI tool and nothing else; plain editors with AI functions are left out. */
const names =
  /\b(?:midjourney|dall[-·.]?e|stable diffusion|comfyui|automatic1111|invokeai|novelai|fooocus|adobe firefly|ideogram|leonardo\.ai|imagen [2-9]|grok|suno|udio|elevenlabs|runwayml|pika labs|luma ai|kling|hailuo|dreamina|seedance|sora)\b/i

export const hintRows: readonly EvidenceRow[] = [
  {
    id: 'software.name',
    class: 'D',
    media: ['image', 'audio', 'video'],
    by: 'properties',
    tool: 'software name',
    signs: [
      {
        slots: ['exif', 'png', 'xmp', 'id3', 'tags', 'movie', 'riff', 'comment'],
        names: [
          'Software',
          'CreatorTool',
          'TSSE',
          'ISFT',
          '©too',
          '©swr',
          'encoder',
          'tool',
          'com.apple.quicktime.software',
          'Comment',
        ],
        patterns: [names],
      },
    ],
    source: 'https://exiftool.org/TagNames/EXIF.html',
    meaning: 'The software calls itself like an AI tool. People write there what they like.',
  },
  {
    id: 'stream.name',
    class: 'D',
    media: ['video'],
    by: 'properties',
    tool: 'stream name',
    signs: [
      { slots: ['stream'], names: ['SEI'], patterns: [/\b(?:runway(?:ml)?|pika-labs|luma-ai|sora)\b/i] },
    ],
    source: 'https://www.itu.int/rec/T-REC-H.264',
    meaning: 'User data of the stream names an AI tool.',
  },
  {
    id: 'hugging-face.job',
    class: 'D',
    media: ['image'],
    by: 'properties',
    tool: 'Hugging Face',
    signs: [{ slots: ['png'], names: ['hf-job-id'], patterns: [/\S/] }],
    source: 'https://github.com/wiltodelta/remove-ai-watermarks',
    meaning: 'The picture left a hosted job, whatever the job was.',
  },
]
