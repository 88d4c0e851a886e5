/** The explicit label on the command line: what people see, hear or read (GB 45438-2025 chapter 5). */
import { resolve } from 'node:path'
import {
  type Moment,
  moments,
  type Position,
  positions,
  styles,
  UsageError,
  type VisibleLabel,
  type Wording,
  wordings,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from './context.ts'

/** What can be said about the explicit label. */
export interface VisibleFlags {
  readonly visible: boolean
  readonly wording?: Wording
  readonly text?: string
  readonly position?: Position | 'auto'
  readonly size?: number
  readonly style?: string
  readonly opacity?: number
  readonly margin?: number
  readonly seconds?: number
  readonly moment?: Moment
  readonly every?: number
  readonly sound?: 'rhythm' | 'voice'
  readonly voice?: string
  readonly language?: 'zh' | 'en'
  readonly encode?: true
}

export function visibleOptions(command: Command, { t }: Context): void {
  const percent = (option: string) => (text: string) => numberOf(option, text) / 100
  command
    .optionsGroup(t('The label that people see or hear:', '显式标识：'))
    .option('--no-visible', t('leave it out', '不添加显式标识'))
    .addOption(
      new Option(
        '--wording <rule>',
        t('whose rule the words follow (default: cn)', '文字遵循的规则（默认：cn）'),
      ).choices(wordings),
    )
    .option(
      '--text <label>',
      t('its words (default: AI生成; AI合成 if manipulated)', '文字（默认：AI生成；修改的内容为 AI合成）'),
    )
    .addOption(
      new Option(
        '--position <corner>',
        t('where it stands; auto: the calmest corner', '位置；auto 为画面最平静的角落'),
      ).choices([...positions, 'auto']),
    )
    .option(
      '--size <percent>',
      t(
        'height of its characters, of the shortest side (default: 5; on PDF pages 2.5)',
        '文字高度占最短边的百分比（默认：5；PDF 页面为 2.5）',
      ),
      percent('--size'),
    )
    .addOption(
      new Option('--style <name>', t('how it is drawn (default: plate)', '样式（默认：plate）')).choices(
        Object.keys(styles),
      ),
    )
    .option('--opacity <percent>', t('default: 100', '不透明度（默认：100）'), percent('--opacity'))
    .option(
      '--margin <percent>',
      t('distance from the edge (default: 2.5)', '与边缘的距离（默认：2.5）'),
      percent('--margin'),
    )
  command
    .option('--encode', t('encode all of the content again', '对全部内容重新编码'))
    .addOption(
      new Option(
        '--moment <when>',
        t(
          'where it appears; throughout: on every page, all the time (default: start)',
          '出现的位置；throughout 为每一页或全程（默认：start）',
        ),
      ).choices(moments),
    )
    .optionsGroup(t('In video and sound:', '视频与音频：'))
    .option(
      '--seconds <n>',
      t('how long a video shows it (default: 2)', '视频中显示的秒数（默认：2）'),
      (text: string) => numberOf('--seconds', text),
    )
    .option(
      '--every <seconds>',
      t('and again after so many seconds', '此后每隔若干秒再次出现'),
      (text: string) => numberOf('--every', text),
    )
    .addOption(
      new Option(
        '--sound <kind>',
        t(
          'a rhythm (Morse A I) or a spoken clip (default: rhythm)',
          '节奏（摩尔斯 A I）或语音（默认：rhythm）',
        ),
      ).choices(['rhythm', 'voice']),
    )
    .option('--voice <file>', t('your own recording instead', '使用您自己的录音'))
    .addOption(
      new Option(
        '--language <code>',
        t('of the spoken clip (default: zh)', '语音的语言（默认：zh）'),
      ).choices(['zh', 'en']),
    )
}

/** @throws UsageError where two options contradict each other */
export function visibleWishes(flags: VisibleFlags, cwd: string): Partial<VisibleLabel> | false {
  const { visible, voice, sound, ...rest } = flags
  const { wording, text, position, size, style, opacity, margin, seconds, moment, every, language, encode } =
    rest
  const wishes = Object.entries({
    wording,
    text,
    position,
    size,
    style,
    opacity,
    margin,
    seconds,
    moment,
    every,
    language,
    encode,
    sound: voice === undefined ? sound : { file: resolve(cwd, voice) },
  }).filter(([, value]) => value !== undefined)
  if (visible) return Object.fromEntries(wishes)
  const [first] = wishes
  if (first === undefined) return false
  const other = voice === undefined ? first[0] : 'voice'
  throw new UsageError('usage.option.conflict', { option: '--no-visible', other: `--${other}` })
}

function numberOf(option: string, text: string): number {
  const number = Number(text.replace(/%$/, ''))
  if (text.trim() === '' || !Number.isFinite(number))
    throw new UsageError('usage.option.value', { option, value: text, allowed: '5, 12.5, 20%, …' })
  return number
}
