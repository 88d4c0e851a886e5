/**
 * Makes the files in `fixtures/`: small, unlabelled, one of each format, and the same bytes on every run of one
 * machine. Everything is drawn, composed or written here, so there is nobody to ask for permission.
 *
 *     npm run fixtures        (needs ffmpeg and ImageMagick)
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clip, shot } from './fixtures/clip.ts'
import { aviClip, flvClip, matroskaClip, webmClip } from './fixtures/containers.ts'
import { leaflet, page } from './fixtures/documents.ts'
import { boatAvif, boatBoxesJxl, boatHeic, boatJxl, wavesAvif } from './fixtures/heif.ts'
import { labels } from './fixtures/labels.ts'
import { book, invoice, letter, report, sheet, sketch, slides, table, talk } from './fixtures/packages.ts'
import { photo, picture } from './fixtures/pictures.ts'
import {
  drawingSvg,
  greyTif,
  morningBmp,
  morningJp2,
  morningPsd,
  morningWebp,
  pagesTif,
  sunriseGif,
  sunriseWebp,
  wideTif,
} from './fixtures/small-pictures.ts'
import {
  chimeAac,
  chimeFlac,
  chimeOgg,
  chimeOpus,
  melody,
  music,
  silenceAmr,
  speech,
} from './fixtures/sounds.ts'
import {
  bellSrt,
  bellVtt,
  bridgeJs,
  bridgeToml,
  levelsCsv,
  mistCss,
  riverXml,
  riverYaml,
  stonesJson,
  stonesSql,
  tollPy,
} from './fixtures/structured.ts'
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
    path: 'morning.webp',
    origin: 'A sun over a hill; WebP 120×90, lossless, transparent, without extended header',
    make: morningWebp,
    expect: unlabeled('webp', 'image/webp'),
  },
  {
    path: 'sunrise.webp',
    origin: 'The sun rising in three frames; animated WebP 120×90, lossy',
    make: sunriseWebp,
    expect: unlabeled('webp', 'image/webp'),
  },
  {
    path: 'sunrise.gif',
    origin: 'The sun rising in three frames; animated GIF 120×90',
    make: sunriseGif,
    expect: unlabeled('gif', 'image/gif'),
  },
  {
    path: 'drawing.svg',
    origin: 'The same sun and hill; SVG with document type, entities, RDF metadata and CDATA',
    make: drawingSvg,
    expect: unlabeled('svg', 'image/svg+xml'),
  },
  {
    path: 'boat.heic',
    origin: 'A paper boat; HEIC 128×96',
    make: boatHeic,
    expect: unlabeled('heic', 'image/heic'),
  },
  {
    path: 'boat.avif',
    origin: 'A paper boat; AVIF 128×96',
    make: boatAvif,
    expect: unlabeled('avif', 'image/avif'),
  },
  {
    path: 'waves.avif',
    origin: 'A test pattern in four pictures; AVIF sequence 64×48 with a moov box',
    make: wavesAvif,
    expect: unlabeled('avif', 'image/avif'),
  },
  {
    path: 'pages.tif',
    origin: 'Two frames of the rising sun; TIFF 120×90, two pages, little-endian, deflated',
    make: pagesTif,
    expect: unlabeled('tiff', 'image/tiff'),
  },
  {
    path: 'grey.tif',
    origin: 'The hill in grey; TIFF 60×45, big-endian, uncompressed, two strips',
    make: greyTif,
    expect: unlabeled('tiff', 'image/tiff'),
  },
  {
    path: 'wide.tif',
    origin: 'The hill; BigTIFF 120×90, LZW',
    make: wideTif,
    expect: unlabeled('tiff', 'image/tiff'),
  },
  {
    path: 'boat.jxl',
    origin: 'A paper boat; JPEG XL 128×96, a codestream without boxes',
    make: boatJxl,
    expect: unlabeled('jxl', 'image/jxl'),
  },
  {
    path: 'boxes.jxl',
    origin: 'A paper boat; JPEG XL 128×96 in boxes, codestream in two parts, compressed XMP',
    make: boatBoxesJxl,
    expect: unlabeled('jxl', 'image/jxl'),
  },
  {
    path: 'morning.jp2',
    origin: 'A sun over a hill; JPEG 2000 120×90, lossless, by ffmpeg',
    make: morningJp2,
    expect: unlabeled('jp2', 'image/jp2'),
  },
  {
    path: 'morning.psd',
    origin:
      'A sun over a hill; Photoshop document 120×90 with one layer merged, a resolution and nothing else',
    make: morningPsd,
    expect: unlabeled('psd', 'image/vnd.adobe.photoshop'),
  },
  {
    path: 'morning.bmp',
    origin: 'A sun over a hill; Windows bitmap 30×22, 24 bits',
    make: morningBmp,
    expect: unlabeled('bmp', 'image/bmp'),
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
    path: 'sunrise.mkv',
    origin: 'Two seconds of the sunrise at 96×72 with a tone; Matroska, H.264 and AAC',
    make: matroskaClip,
    expect: unlabeled('matroska', 'video/matroska'),
  },
  {
    path: 'sunrise.webm',
    origin: 'Two seconds of the sunrise at 96×72 with a tone; WebM, VP8 and Vorbis',
    make: webmClip,
    expect: unlabeled('webm', 'video/webm'),
  },
  {
    path: 'sunrise.avi',
    origin: 'Two seconds of the sunrise at 96×72 with a tone; AVI, MPEG-4 part 2 and MP3',
    make: aviClip,
    expect: unlabeled('avi', 'video/x-msvideo'),
  },
  {
    path: 'sunrise.flv',
    origin: 'Two seconds of the sunrise at 96×72 with a tone; FLV with an index of key frames, H.264 and AAC',
    make: flvClip,
    expect: unlabeled('flv', 'video/x-flv'),
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
    path: 'chime.flac',
    origin: 'Two synthesised notes, 0.6 s; FLAC, 16 bit, mono, with title and artist',
    make: chimeFlac,
    expect: unlabeled('flac', 'audio/flac'),
  },
  {
    path: 'chime.ogg',
    origin: 'A synthesised melody of 3 s; Vorbis in Ogg, with title and artist',
    make: chimeOgg,
    expect: unlabeled('ogg', 'audio/ogg'),
  },
  {
    path: 'chime.opus',
    origin: 'A synthesised melody of 3 s; Opus in Ogg, with title and artist',
    make: chimeOpus,
    expect: unlabeled('ogg', 'audio/ogg'),
  },
  {
    path: 'chime.aac',
    origin: 'Three synthesised notes, 1 s; AAC in ADTS, which is read and never labelled',
    make: chimeAac,
    expect: unlabeled('adts', 'audio/aac'),
  },
  {
    path: 'silence.amr',
    origin: 'Written byte by byte: a second of AMR frames without content; read and never labelled',
    make: silenceAmr,
    expect: unlabeled('amr', 'audio/amr'),
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
  {
    path: 'bridge.js',
    origin: 'Written for this project; JavaScript',
    make: bridgeJs,
    expect: unlabeled('javascript', 'text/javascript'),
  },
  {
    path: 'mist.css',
    origin: 'Written for this project; CSS whose first line is taken by its encoding',
    make: mistCss,
    expect: unlabeled('css', 'text/css'),
  },
  {
    path: 'toll.py',
    origin: 'Written for this project; Python with an interpreter line',
    make: tollPy,
    expect: unlabeled('code', 'text/x-source-code'),
  },
  {
    path: 'stones.sql',
    origin: 'Written for this project; SQL, CRLF',
    make: stonesSql,
    expect: unlabeled('code', 'text/x-source-code'),
  },
  {
    path: 'river.yaml',
    origin: 'Written for this project; YAML with a directive',
    make: riverYaml,
    expect: unlabeled('yaml', 'application/yaml'),
  },
  {
    path: 'bridge.toml',
    origin: 'Written for this project; TOML',
    make: bridgeToml,
    expect: unlabeled('toml', 'application/toml'),
  },
  {
    path: 'bell.vtt',
    origin: 'Written for this project; WebVTT subtitles',
    make: bellVtt,
    expect: unlabeled('vtt', 'text/vtt'),
  },
  {
    path: 'stones.json',
    origin: 'Written for this project; JSON',
    make: stonesJson,
    expect: unlabeled('json', 'application/json'),
  },
  {
    path: 'levels.csv',
    origin: 'Written for this project; CSV, CRLF',
    make: levelsCsv,
    expect: unlabeled('csv', 'text/csv'),
  },
  {
    path: 'bell.srt',
    origin: 'Written for this project; SubRip subtitles',
    make: bellSrt,
    expect: unlabeled('srt', 'application/x-subrip'),
  },
  {
    path: 'river.xml',
    origin: 'Written for this project; XML',
    make: riverXml,
    expect: unlabeled('xml', 'application/xml'),
  },
  {
    path: 'page.html',
    origin: 'Written for this project; HTML in UTF-8 with markup that only looks like a label',
    make: page,
    expect: unlabeled('html', 'text/html'),
  },
  {
    path: 'leaflet.pdf',
    origin:
      'Put together byte by byte for this project; PDF 1.7 with one page, metadata and an attached file',
    make: leaflet,
    expect: unlabeled('pdf', 'application/pdf'),
  },
  {
    path: 'letter.docx',
    origin: 'Put together for this project; Word document with a custom property',
    make: letter,
    expect: unlabeled('docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
  },
  {
    path: 'table.xlsx',
    origin: 'Put together for this project; Excel workbook without document properties',
    make: table,
    expect: unlabeled('xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
  },
  {
    path: 'slides.pptx',
    origin: 'Put together for this project; PowerPoint presentation with one slide',
    make: slides,
    expect: unlabeled('pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'),
  },
  {
    path: 'book.epub',
    origin: 'Put together for this project; EPUB 3 with one chapter',
    make: book,
    expect: unlabeled('epub', 'application/epub+zip'),
  },
  {
    path: 'report.odt',
    origin: 'Put together for this project; OpenDocument text with user-defined metadata',
    make: report,
    expect: unlabeled('odt', 'application/vnd.oasis.opendocument.text'),
  },
  {
    path: 'sheet.ods',
    origin: 'Put together for this project; OpenDocument spreadsheet',
    make: sheet,
    expect: unlabeled('ods', 'application/vnd.oasis.opendocument.spreadsheet'),
  },
  {
    path: 'talk.odp',
    origin: 'Put together for this project; OpenDocument presentation',
    make: talk,
    expect: unlabeled('odp', 'application/vnd.oasis.opendocument.presentation'),
  },
  {
    path: 'sketch.odg',
    origin: 'Put together for this project; OpenDocument drawing',
    make: sketch,
    expect: unlabeled('odg', 'application/vnd.oasis.opendocument.graphics'),
  },
  {
    path: 'invoice.ofd',
    origin: 'Put together for this project; OFD with one empty page',
    make: invoice,
    expect: unlabeled('ofd', 'application/ofd'),
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
