/**
 * The explicit label of GB 45438-2025 chapter 5 and of the visible rules elsewhere: one model for pictures, video, sound
 * and text. Each medium takes from it what it has a use for.
 */
import type { Finding } from './finding.ts'
import type { Source } from './source.ts'
import type { Wording } from './wording.ts'

/** Places for a visible label: the corners and edges of GB 45438-2025 5.2 and 5.4. */
export const positions = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'top', 'bottom'] as const
/** One of the places for a visible label. */
export type Position = (typeof positions)[number]

/** Where in a sound, a video or a text the label stands (5.1, 5.3, 5.4). */
export const moments = ['start', 'end', 'both', 'throughout'] as const
/** One of the moments: at the beginning, at the end, at both, or all the way through. */
export type Moment = (typeof moments)[number]

/** The label a person sees or hears. What is left out is decided by the medium, never below what the rule asks for. */
export interface VisibleLabel {
  /** The words, e.g. `AI生成`. */
  readonly text: string
  /** The rule that the words have to meet. Default `cn`. */
  readonly wording?: Wording | undefined
  /**
   * Corner or edge (5.2, 5.4); `auto` is the calmest corner of a picture without a label yet, and the lower right one of
   * everything else. Ignored by sound and running text, which have none.
   */
  readonly position: Position | 'auto'
  /** Name of a row of the style table. Default `plate`. */
  readonly style?: string | undefined
  /**
   * Height of the smallest demanded character as a share of the shortest side. Least, and the default of pictures, videos
   * and slides: 0.05 (5.2 b). Pages of PDF have 0.025 where nothing is said, because 5.1 names no size.
   */
  readonly size?: number | undefined
  /** 0 to 1, of the plate and its words together. Default 1: the style's own. */
  readonly opacity?: number | undefined
  /** Distance from the edge as a share of the shortest side. Default 0.025. */
  readonly margin?: number | undefined
  /** Seconds each showing in a video lasts. Default and least: 2 (5.4). */
  readonly seconds?: number | undefined
  /**
   * Where in sound, video or text it stands. Default `start`. `throughout` is on every page, slide, sheet and chapter.
   */
  readonly moment?: Moment | undefined
  /** Also again after every so many seconds of content; sound and video. */
  readonly every?: number | undefined
  /** What a sound is labelled with: the rhythm `短长 短短`, a spoken clip, or the user's own file. Default `rhythm` (5.3). */
  readonly sound?: 'rhythm' | 'voice' | { readonly file: string } | undefined
  /** Language of the spoken clip. Default `zh`. */
  readonly language?: 'zh' | 'en' | undefined
  /** Encode the whole content again, even where the label can be put in without. Default false. */
  readonly encode?: boolean | undefined
}

/** What a labeller is given besides the content: tools, a place to work, ways to stop and to report. */
export interface VisibleContext {
  readonly signal?: AbortSignal | undefined
  /** 0 to 1, for long work. */
  readonly onProgress?: ((fraction: number) => void) | undefined
  /** An explicit label this tool drew earlier, according to a manifest that still verifies. Text replaces its line. */
  readonly previous?: VisibleLabel | undefined
  /** Programs outside this software. A path, or a name to be found on the search path; default: `ffmpeg`. */
  readonly tools?: { readonly ffmpeg?: string | undefined } | undefined
  /** A private directory that is removed when the work is done. */
  temporaryDirectory(): Promise<string>
  /** A path to the bytes of the source, for programs that need a file. */
  pathOf(source: Source): Promise<string>
}

/** Content with its explicit label, and how it came about. */
export interface Drawn {
  /** The labelled content. The same source when there was nothing to do. */
  readonly source: Source
  /** The label as it stands now: `auto` has become a corner. */
  readonly label: VisibleLabel
  /**
   * `spliced`: outside the label the content is the source's, bit for bit or sample for sample. `encoded`: all of it
   * was encoded again.
   */
  readonly path: 'spliced' | 'encoded'
  /** Why it could not be spliced, or what else the receipt should tell: findings of the `visible` layer. */
  readonly findings?: readonly Finding[] | undefined
}

/** What was seen or heard when the content itself was searched for its explicit label. */
export interface Seen {
  readonly state: 'present' | 'absent' | 'unchecked'
  /** The words, where they can be told. */
  readonly text?: string | undefined
  /** The facts, with their clauses: measured height share, seconds, positions. Findings of the `visible` layer. */
  readonly findings: readonly Finding[]
}

/** Puts the explicit label of GB 45438-2025 chapter 5 into content, and finds it there again. */
export interface VisibleLabeller {
  /** How the label appears, in words for the `formats` command. */
  readonly how: string
  /** Whether `position` means something: pictures, videos and pages have corners, sounds and running text have none. */
  readonly placed?: true
  /** Where a label stands and what it is, for the receipt. Default: `position` where that means something, or else `how`. */
  place?(label: VisibleLabel): string
  /** Whether ffmpeg is needed. */
  readonly needs?: 'ffmpeg'
  /**
   * The content with the label in it; the old source is untouched.
   * @throws UsageError, InputError, ToolError
   */
  apply(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn>
  /** Decodes the content and looks or listens for the label; absent where `read` sees it anyway (text). */
  look?(source: Source, context: VisibleContext): Promise<Seen>
}
