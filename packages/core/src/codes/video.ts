/** Codes about the explicit label of video (GB 45438-2025 5.4). */
import { entry } from './entry.ts'

export const videoCodes = {
  'visible.video.encoded': entry(
    'info',
    [
      'All pictures of the video were encoded again: {why}.',
      'Usually only the seconds that carry the label are, and everything else stays as it was, bit for bit. Here that was not possible; quality hardly changes.',
    ],
    [
      '视频的全部画面已重新编码：{why}。',
      '通常只重新编码带标识的几秒，其余内容逐位保持不变；此文件无法这样处理，画质几乎不变。',
    ],
  ),
  'visible.video.joined': entry(
    'info',
    [
      'The fragments of the video were put together into one movie.',
      'Every packet of pictures and sound is the one it was, but for those under the label. A streaming server cuts the file into fragments again.',
    ],
    [
      '视频的各分段已合并为一个完整影片。',
      '除标识所在部分外，画面和声音的每个数据包均保持不变。流媒体服务器可再次切分该文件。',
    ],
  ),
  'visible.video.short': entry(
    'info',
    [
      'The video lasts {seconds} s and carries the label throughout.',
      'GB 45438-2025 5.4 asks for at least 2 s at normal speed; a shorter video is labelled from its first frame to its last.',
    ],
    [
      '视频时长 {seconds} 秒，标识贯穿始终。',
      'GB 45438-2025 5.4 要求正常速度下至少持续 2 秒；更短的视频从首帧到末帧均带标识。',
    ],
  ),
  'visible.video.damaged': entry(
    'warning',
    [
      'Some of the frames under the label were damaged.',
      'The label was drawn on what a player shows in their place; frames without the label were not touched.',
      'Make the video again if the original still exists.',
    ],
    [
      '标识所在的部分画面已损坏。',
      '标识绘制在播放器所显示的画面上；不带标识的画面未作改动。',
      '如有原始素材，请重新生成视频。',
    ],
  ),
  'visible.video.lasting': entry(
    'pass',
    [
      'The label stays for {seconds} s from the first frame on.',
      'Measured on the pictures themselves, to a tenth of a second and up to six seconds. GB 45438-2025 5.4 asks for at least 2 s, or the whole of a shorter video.',
    ],
    [
      '标识自首帧起持续 {seconds} 秒。',
      '根据画面本身测量，精度 0.1 秒，最多测至 6 秒。GB 45438-2025 5.4 要求至少 2 秒；更短的视频应贯穿始终。',
    ],
  ),
  'visible.video.brief': entry(
    'warning',
    [
      'The label stays for {seconds} s only.',
      'GB 45438-2025 5.4 asks for at least 2 s at normal speed. Perhaps the beginning was cut off.',
      'Label the original again.',
    ],
    [
      '标识仅持续 {seconds} 秒。',
      'GB 45438-2025 5.4 要求正常速度下至少持续 2 秒；开头可能已被剪掉。',
      '请对原始文件重新标识。',
    ],
  ),
} as const
