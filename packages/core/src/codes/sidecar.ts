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
  'sidecar.manifest.gone': entry(
    'info',
    [
      'The file speaks of a manifest of its own, which is not there ({uri}).',
      'Its metadata name a manifest inside the file (`dcterms:provenance`): it was taken out on the way, or never written.',
      'Ask whoever published the file for the original.',
    ],
    [
      '文件提到自身带有清单，但清单不在其中（{uri}）。',
      '元数据（`dcterms:provenance`）指向文件内的清单：清单在传播途中被移除，或从未写入。',
      '请向发布者索取原始文件。',
    ],
  ),
  'sidecar.remote.skipped': entry(
    'info',
    [
      'The file names a manifest that lies elsewhere: {url}.',
      'Nothing is fetched from the network unless its host is allowed, and then only over TLS.',
      'If you trust the address, name its host with `--remote`.',
    ],
    [
      '文件指明清单位于别处：{url}。',
      '除非允许该主机，否则不访问网络；访问时也只使用 TLS。',
      '如果信任该地址，请用 `--remote` 指定其主机。',
    ],
  ),
  'sidecar.remote.failed': entry(
    'unchecked',
    [
      'The manifest that lies elsewhere can’t be had ({what}): {url}.',
      'What it says about the file could not be checked.',
      'Try again later, or ask whoever published the file.',
    ],
    [
      '无法取得位于别处的清单（{what}）：{url}。',
      '无法核对其中关于该文件的内容。',
      '请稍后重试，或询问发布者。',
    ],
  ),
  'usage.remote.address': entry(
    'fault',
    [
      'This is no address that a manifest can be fetched from: {url}.',
      'The address stands in the file for everybody to read. Verifiers fetch over TLS, without passwords.',
      'Give one that begins with `https://`; a file without a name needs the whole address, not that of a folder.',
    ],
    [
      '无法从该地址获取清单：{url}。',
      '该地址写在文件中，任何人可见；验证方只通过 TLS 获取，不使用密码。',
      '请给出以 `https://` 开头的地址；没有名称的文件须给出完整地址，而不是目录。',
    ],
  ),
  'input.remote.unsupported': entry(
    'fault',
    [
      'A file of this format has no place to say where its manifest is: {name} ({format}).',
      'The address stands in XMP, which is written into the formats that have a place for it in `yinji formats`.',
      'Leave out `--remote`: the manifest goes into the file, or beside it with `--no-embed`.',
    ],
    [
      '该格式的文件没有说明清单所在地址的位置：{name}（{format}）。',
      '该地址写在 XMP 中；能写入 XMP 的格式见 `yinji formats`。',
      '请去掉 `--remote`：清单写入文件内，或用 `--no-embed` 写在旁边。',
    ],
  ),
} as const
