/**
 * Programs by others that find what is written here: the AIGC field exactly as it was written, the manifest `Trusted`.
 * A format that is not listed has other readers only for its content. A test asks each program and keeps this true.
 */
const everybody = ['exiftool', 'ffprobe', 'mediainfo', 'c2pa-rs']

/** By format: who reads it back. */
export const readBy: ReadonlyMap<string, readonly string[]> = new Map([
  ...each(['flac', 'flv', 'm4a', 'matroska', 'mov', 'mp3', 'mp4', 'webm'], everybody),
  ...each(['ogg'], ['exiftool', 'ffprobe', 'mediainfo']),
  ...each(['avi'], ['ffprobe', 'mediainfo', 'c2pa-rs']),
  ...each(
    ['avif', 'gif', 'heic', 'html', 'jp2', 'jpeg', 'jxl', 'pdf', 'png', 'psd', 'svg', 'tiff', 'webp'],
    ['exiftool', 'c2pa-rs'],
  ),
  ...each(['docx', 'pptx', 'xlsx'], ['exiftool']),
  ...each(['odg', 'odp', 'ods', 'odt'], ['c2pa-rs']),
  ...each(
    [
      'bmp',
      'code',
      'css',
      'csv',
      'javascript',
      'json',
      'markdown',
      'srt',
      'text',
      'toml',
      'vtt',
      'wav',
      'xml',
      'yaml',
    ],
    ['c2pa-rs'],
  ),
])

function each(formats: readonly string[], programs: readonly string[]): [string, readonly string[]][] {
  return formats.map((format) => [format, programs])
}
