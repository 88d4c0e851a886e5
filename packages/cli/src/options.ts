/** Options that several commands have. */
import { UsageError } from '@yinji/toolkit'
import { Option } from 'commander'
import type { Context } from './context.ts'

/**
 * One that can be given several times; its value is the list.
 * @param none what the help says of giving it never
 * @param read what is made of each
 */
export function repeatable(
  flags: string,
  what: string,
  none?: string,
  read: (text: string) => unknown = (text) => text,
): Option {
  return new Option(flags, what)
    .argParser((text: string, before: readonly unknown[]) => [...before, read(text)])
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

/** As which JSON: our own, or the manifests as every C2PA tool has them (crJSON, C2PA 2.4). */
export function formatOption({ t }: Context): Option {
  return new Option(
    '--format <name>',
    t(
      'json as with --json, or crjson: the manifests as C2PA tools show them',
      'json 同 --json；crjson 为 C2PA 工具通用的清单格式',
    ),
  ).choices(['json', 'crjson'])
}

/** Where a manifest is that stands in a file of its own. */
export function manifestOption({ t }: Context): Option {
  return new Option(
    '--sidecar <file>',
    t(
      'the manifest, where the file has none inside (default: NAME.c2pa beside it)',
      '文件内没有清单时使用的清单文件（默认为旁边的 名称.c2pa）',
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

/** Reads a day, which is its beginning, or a moment; without a zone, UTC. */
export function moment(option: string): (text: string) => Date {
  return (text) => {
    const date = new Date(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text)
    if (!Number.isNaN(date.getTime())) return date
    const allowed = '2026-11-26, 2026-11-26T08:00:00Z'
    throw new UsageError('usage.option.value', { option, value: text, allowed })
  }
}
