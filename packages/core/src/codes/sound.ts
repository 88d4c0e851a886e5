/** Codes about the explicit label of sound (GB 45438-2025 5.3): asking for one, and hearing one. */
import { entry } from './entry.ts'

export const soundCodes = {
  'visible.sound.rhythm.present': entry(
    'pass',
    [
      'The rhythm label short-long short-short is heard at {at} ({pitch} Hz, unit {unit} ms).',
      'The explicit label of GB 45438-2025 5.3 is in the sound itself.',
    ],
    [
      '在 {at} 处听到节奏标识“短长 短短”（{pitch} Hz，单位时长 {unit} ms）。',
      '声音本身含有 GB 45438-2025 5.3 规定的显式标识。',
    ],
  ),
  'visible.sound.voice.present': entry(
    'pass',
    [
      'The spoken label “{text}” is heard at {at}.',
      'The explicit label of GB 45438-2025 5.3 is in the sound itself: it is one of the clips that this software puts there.',
    ],
    [
      '在 {at} 处听到语音标识“{text}”。',
      '声音本身含有 GB 45438-2025 5.3 规定的显式标识：即本软件所添加的语音之一。',
    ],
  ),
  'visible.sound.absent': entry(
    'info',
    [
      'No rhythm label and none of the spoken labels known here is heard in {where}.',
      'GB 45438-2025 5.3 asks for a rhythm or a spoken label in generated sound. Words that somebody else speaks are not understood here: such a label would not be found.',
    ],
    [
      '在{where}未听到节奏标识，也未听到已知的语音标识。',
      'GB 45438-2025 5.3 要求生成的音频带有节奏标识或语音标识。本软件不识别他人录制的话语，此类标识无法在此检出。',
    ],
  ),
  'visible.sound.encoded': entry(
    'info',
    [
      'The whole sound was encoded again: {what}.',
      'In other files of this kind the content stays bit for bit as it is and the label is joined on.',
    ],
    ['整段声音已重新编码：{what}。', '在其他同类文件中，内容逐比特保持不变，标识直接拼接。'],
  ),
  'visible.sound.uncoded': entry(
    'fault',
    [
      'A WAV can’t be encoded again: it holds its samples as they are.',
      'The label is joined on, and every sample of the content stays; there is no codec in between.',
      'Leave the wish for another encoding out.',
    ],
    [
      'WAV 无法重新编码：其中直接存放样本。',
      '标识直接拼接，内容的每个样本保持不变，中间没有编解码过程。',
      '请去掉重新编码的选项。',
    ],
  ),
  'visible.sound.empty': entry(
    'fault',
    [
      'There is no sound in {name}: it holds 0 samples.',
      'A label is joined on before, after or between the content (GB 45438-2025 5.3), and there is none.',
      'Check the program that wrote the file.',
    ],
    [
      '{name} 中没有声音：样本数为 0。',
      '标识须拼接在内容之前、之后或中间（GB 45438-2025 5.3），而该文件没有内容。',
      '请检查生成该文件的程序。',
    ],
  ),
  'visible.sound.interval': entry(
    'fault',
    [
      'A label every {seconds} s is too often for this sound: at least {least} s.',
      'Between two labels there has to be content, and a file holds a thousand labels at most.',
      'Ask for a longer interval.',
    ],
    [
      '每 {seconds} 秒一次标识对该声音过于频繁：至少 {least} 秒。',
      '两个标识之间必须有内容，且一个文件最多容纳一千个标识。',
      '请使用更长的间隔。',
    ],
  ),
  'visible.sound.file': entry(
    'fault',
    [
      'The sound “{file}” can’t be used as a label: {why}.',
      'A spoken label is a short recording that says that the content is AI-generated (GB 45438-2025 5.3).',
      'Give a recording of some seconds in any format that ffmpeg reads.',
    ],
    [
      '声音文件“{file}”不能用作标识：{why}。',
      '语音标识是一段说明内容由人工智能生成的简短录音（GB 45438-2025 5.3）。',
      '请提供 ffmpeg 能读取的、时长数秒的录音。',
    ],
  ),
} as const
