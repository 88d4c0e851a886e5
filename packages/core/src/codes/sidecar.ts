/** Codes about a manifest in a file of its own, beside the file it speaks of. */
import { entry } from './entry.ts'

export const sidecarCodes = {
  'sidecar.manifest.present': entry(
    'pass',
    [
      'The manifest stands in a file of its own: {name}.',
      'The format has no place for a manifest, or its writer kept it apart. It is checked like one inside the file.',
      'Keep both files together, under matching names.',
    ],
    [
      '清单保存在独立的文件中：{name}。',
      '该格式没有存放清单的位置，或写入者将其单独保存。检查方式与内嵌清单相同。',
      '请将两个文件放在一起，并保持名称对应。',
    ],
  ),
  'sidecar.manifest.ignored': entry(
    'info',
    [
      'There is a manifest beside the file ({name}), but the file has its own.',
      'A manifest inside the file comes first; the one beside it was not looked at.',
    ],
    ['文件旁有清单（{name}），但文件内已有清单。', '以文件内的清单为准，未检查旁边的清单。'],
  ),
  'sidecar.manifest.unreadable': entry(
    'unchecked',
    [
      'The manifest beside the file can’t be read ({what}): {name}.',
      'What it says about the file could not be checked.',
      'Check its permissions and its size.',
    ],
    ['文件旁的清单无法读取（{what}）：{name}。', '无法核对其中关于该文件的内容。', '请检查其权限和大小。'],
  ),
} as const
