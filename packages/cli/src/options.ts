/** Options that several commands have. */
import { Option } from 'commander'
import type { Context } from './context.ts'

/**
 * One that can be given several times; its value is the list.
 * @param none what the help says of giving it never
 */
export function repeatable(flags: string, what: string, none?: string): Option {
  return new Option(flags, what)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], none)
}

/** Hosts from which a manifest that stands elsewhere may be fetched. */
export function remoteOption({ t }: Context): Option {
  return repeatable(
    '--remote <host>',
    t(
      'fetch the manifest from this host where a file names one there; can be repeated',
      '文件指明清单位于该主机时从中获取，可重复',
    ),
  )
}

/** The media segments of a film whose initialization segment is the file. */
export function fragmentsOption({ t }: Context): Option {
  return repeatable(
    '--fragments <pattern>',
    t(
      'the media segments of a film, in quotes; can be repeated, in the order of play',
      '影片的媒体分片，加引号；可按播放顺序重复',
    ),
  )
}
