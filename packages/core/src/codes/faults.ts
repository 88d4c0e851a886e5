/** Codes about programs that are needed and don’t do their work, and about ourselves. */
import { entry } from './entry.ts'

export const faultCodes = {
  'tool.ffmpeg.missing': entry(
    'fault',
    [
      'ffmpeg was not found.',
      'Video needs it for the visible label, MP3 for the audible one. Text and images work without it.',
      'Install it: `apt-get install ffmpeg`, `brew install ffmpeg` or `winget install ffmpeg`; or use `--no-visible`.',
    ],
    [
      '未找到 ffmpeg。',
      '视频的显式标识和 MP3 的语音标识需要它；文本和图片不需要。',
      '请安装：`apt-get install ffmpeg`、`brew install ffmpeg` 或 `winget install ffmpeg`；或使用 `--no-visible`。',
    ],
  ),
  'tool.ffmpeg.failed': entry(
    'fault',
    [
      'ffmpeg failed: {stderr}.',
      'The visible label could not be drawn. The original is untouched.',
      'Check that the file plays; `yinji doctor` tells what ffmpeg can do.',
    ],
    [
      'ffmpeg 执行失败：{stderr}。',
      '无法绘制显式标识。原文件未改动。',
      '请确认文件可以播放；`yinji doctor` 可查看 ffmpeg 的功能。',
    ],
  ),
  'tool.ffmpeg.lacking': entry(
    'fault',
    [
      'This ffmpeg is too old, or was built without what the label needs: {what}.',
      'Versions from 4.3 on with libx264 and libmp3lame do all that is asked of them. The original is untouched.',
      'Install a newer or more complete ffmpeg; `yinji doctor` tells what this one can do.',
    ],
    [
      '该 ffmpeg 版本过旧，或编译时缺少标识所需的功能：{what}。',
      '4.3 及以上版本且带有 libx264 和 libmp3lame 即可满足全部需要。原文件未改动。',
      '请安装更新或更完整的 ffmpeg；`yinji doctor` 可查看当前版本的功能。',
    ],
  ),
  'tool.timeout': entry(
    'fault',
    [
      '{tool} took longer than {seconds} s and was stopped.',
      'The original is untouched.',
      'Try again on a less busy machine, or with `--no-visible`.',
    ],
    ['{tool} 超过 {seconds} 秒，已停止。', '原文件未改动。', '请在空闲的机器上重试，或使用 `--no-visible`。'],
  ),
  'internal.bug': entry(
    'fault',
    [
      'This is a bug: {what}.',
      'The software contradicted itself. Your files are untouched.',
      'Report it with the command you ran.',
    ],
    ['程序出现错误：{what}。', '软件自相矛盾。您的文件未被改动。', '请附上所运行的命令报告此问题。'],
  ),
} as const
