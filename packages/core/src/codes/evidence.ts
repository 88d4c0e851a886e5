/** Codes about signs of AI that are no labels: traces, hints, and what a second reader saw. */
import { entry } from './entry.ts'

export const evidenceCodes = {
  'metadata.trace.tool': entry(
    'info',
    [
      'The file bears a trace of {tool}.',
      'Only an AI tool writes what stands there. It is no label: nobody declared anything, so AI origin is suspected.',
      'Ask where the file is from; label it if it is yours.',
    ],
    [
      '文件带有 {tool} 的痕迹。',
      '该内容只有人工智能工具才会写入。这不是标识：无人作出声明，因此仅为疑似。',
      '请核实文件来源；如由您生成，请添加标识。',
    ],
  ),
  'metadata.trace.hint': entry(
    'info',
    [
      'Something in the file hints at an AI tool ({tool}).',
      'It proves nothing by itself: anybody may write that, and other software does.',
    ],
    ['文件中有指向人工智能工具的线索（{tool}）。', '其本身不能证明任何事：任何人或其他软件都可能写入。'],
  ),
  'metadata.deep.seen': entry(
    'info',
    [
      'exiftool sees something about AI that was not read here: {tag} ({what}).',
      'A second reader was asked, and found a tag in a place this software does not read. It does not count for the verdict.',
      'Look at the tag with `exiftool`, and report the file, so that it can be read.',
    ],
    [
      'exiftool 发现了此处未读取的人工智能相关标签：{tag}（{what}）。',
      '第二个读取程序在本软件不读取的位置发现了标签，不计入结论。',
      '请用 `exiftool` 查看该标签，并反馈该文件。',
    ],
  ),
  'metadata.deep.unchecked': entry(
    'info',
    [
      'There was no second opinion ({reason}).',
      'exiftool could not be asked about this file; everything else was checked as always.',
      'Install perl and check again.',
    ],
    [
      '未能取得第二意见（{reason}）。',
      '无法用 exiftool 检查该文件；其余检查照常完成。',
      '请安装 perl 后重新检查。',
    ],
  ),
} as const
