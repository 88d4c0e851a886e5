/** The formats there are. Everything that lists or looks up formats is derived from this one list. */
import type { MediaHandler } from '@yinji/core'
import { m4a } from './audio/m4a.ts'
import { mp3 } from './audio/mp3.ts'
import { wav } from './audio/wav.ts'
import { jpeg } from './image/jpeg.ts'
import { png } from './image/png.ts'
import { markdown } from './text/markdown.ts'
import { text } from './text/plain.ts'
import { mov } from './video/mov.ts'
import { mp4 } from './video/mp4.ts'

/** In order of detection: formats with a signature first, then texts, which recognise nearly anything. */
export const defaultHandlers: readonly MediaHandler[] = [jpeg, png, mp4, mov, m4a, mp3, wav, markdown, text]
