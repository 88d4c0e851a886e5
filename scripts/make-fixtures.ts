/**
 * Makes the files in `fixtures/`: small, unlabelled, one of each format, and the same bytes on every run of one
 * machine. Everything is drawn, composed or written here, so there is nobody to ask for permission.
 *
 *     npm run fixtures        (needs ffmpeg)
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clip, shot } from './fixtures/clip.ts'
import { labels } from './fixtures/labels.ts'
import { photo, picture } from './fixtures/pictures.ts'
import { melody, music, speech } from './fixtures/sounds.ts'
import { notes, plain, story } from './fixtures/texts.ts'

const licence = 'CC0-1.0'
const unlabeled = (handler: string, mediaType: string) => ({ handler, mediaType, verdict: 'unlabeled' })

const files = [
  {
    path: 'photo.jpg',
    origin: 'A landscape drawn as SVG, with grain added; JPEG 640×480 with EXIF and a colour profile',
    make: photo,
    expect: unlabeled('jpeg', 'image/jpeg'),
  },
  {
    path: 'picture.png',
    origin: 'A drawing with transparent ground; PNG 400×300, RGBA',
    make: picture,
    expect: unlabeled('png', 'image/png'),
  },
  {
    path: 'clip.mp4',
    origin: 'A computed sunrise over water, 4 s at 25 fps, 320×240, H.264 and AAC, moov before mdat',
    make: clip,
    expect: unlabeled('mp4', 'video/mp4'),
  },
  {
    path: 'shot.mov',
    origin: 'The first second of the sunrise, QuickTime, H.264 without sound, moov after mdat',
    make: shot,
    expect: unlabeled('mov', 'video/quicktime'),
  },
  {
    path: 'melody.m4a',
    origin: 'A synthesised melody of 3 s; AAC in MPEG-4, with title and artist',
    make: melody,
    expect: unlabeled('m4a', 'audio/mp4'),
  },
  {
    path: 'speech.mp3',
    origin:
      'A synthesised melody of 3 s standing in for a voice; MP3, 128 kbit/s constant, ID3v2 title and artist',
    make: speech,
    expect: unlabeled('mp3', 'audio/mpeg'),
  },
  {
    path: 'music.wav',
    origin: 'Four synthesised chords, 2 s; WAV, 16 bit, stereo, 44.1 kHz',
    make: music,
    expect: unlabeled('wav', 'audio/wav'),
  },
  {
    path: 'story.txt',
    origin: 'Written for this project; UTF-8, LF, Chinese and English, NFC',
    make: story,
    expect: unlabeled('text', 'text/plain'),
  },
  {
    path: 'notes.md',
    origin: 'Written for this project; Markdown with YAML front matter',
    make: notes,
    expect: unlabeled('markdown', 'text/markdown'),
  },
  {
    path: 'plain.md',
    origin: 'Written for this project; Markdown without front matter, CRLF',
    make: plain,
    expect: unlabeled('markdown', 'text/markdown'),
  },
]

const directory = join(import.meta.dirname, '..', 'fixtures')
const scratch = await mkdtemp(join(tmpdir(), 'yinji-fixtures-'))
try {
  await mkdir(directory, { recursive: true })
  for (const { path, make } of files) {
    await writeFile(join(directory, path), await make(scratch))
    process.stdout.write(`${path} ${(await stat(join(directory, path))).size}\n`)
  }
  await writeFile(join(directory, 'labels.json'), `${JSON.stringify(labels, null, 1)}\n`)
  const list = {
    about:
      'Test files. `npm run fixtures` makes them; `expect` is what `verify` must say of each as it stands here.',
    files: files.map(({ make: _, ...described }) => ({ ...described, licence })),
    data: [
      {
        path: 'labels.json',
        origin:
          'AIGC labels as real services wrote them into public files; `reads` is what a reader must recover',
      },
    ],
  }
  await writeFile(join(directory, 'fixtures.json'), `${JSON.stringify(list, null, 2)}\n`)
} finally {
  await rm(scratch, { recursive: true, force: true })
}
