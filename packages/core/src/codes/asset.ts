/** Codes about the file itself. */
import { entry } from './entry.ts'

export const assetCodes = {
  'asset.type.unsupported': entry(
    'unchecked',
    [
      'This type of file is not supported.',
      'No handler recognises the first bytes of the file, so it could not be searched for labels.',
      'See `yinji formats` for what can be read.',
    ],
    [
      '不支持这种文件类型。',
      '没有处理器能识别文件开头的字节，因此无法在其中查找标识。',
      '运行 `yinji formats` 查看可读取的格式。',
    ],
  ),
  'asset.manifest.alone': entry(
    'unchecked',
    [
      'This is a manifest without the content it is about.',
      'A manifest that stands beside a file (NAME.c2pa) says nothing by itself: what it is about has to be held against it.',
      'Run `yinji verify FILE --sidecar {name}` with the file it came with.',
    ],
    [
      '这是一份清单，缺少它所描述的内容。',
      '独立存放的清单（文件名.c2pa）本身不说明任何问题：须与其所描述的内容一并核对。',
      '请对随附的文件运行 `yinji verify 文件 --sidecar {name}`。',
    ],
  ),
  'asset.empty': entry(
    'unchecked',
    [
      'The file is empty.',
      'There is nothing to check: the file holds no bytes.',
      'Get the file again from where it came from.',
    ],
    ['文件为空。', '文件没有任何字节，无从检查。', '请从来源处重新获取文件。'],
  ),
  'asset.damaged': entry(
    'unchecked',
    [
      'The file is damaged or cut off ({what}).',
      'Its structure breaks off or contradicts itself, so a label may stand in the part that can’t be read.',
      'Get a complete copy and check again.',
    ],
    [
      '文件已损坏或不完整（{what}）。',
      '文件结构中断或自相矛盾，无法读取的部分可能含有标识。',
      '请获取完整副本后重新检查。',
    ],
  ),
  'asset.part.unreadable': entry(
    'unchecked',
    [
      'A part of the file can’t be read ({what}).',
      'The rest of the file is in order; what the part says, or whether it was meant to say that, is not known.',
      'Get a fresh copy from where the file was published.',
    ],
    [
      '文件的一部分无法读取（{what}）。',
      '文件其余部分正常；该部分的内容或其原意无从得知。',
      '请从发布处重新获取文件。',
    ],
  ),
  'asset.extension.mismatch': entry(
    'warning',
    [
      'The name says {extension}, the content is {actual}.',
      'The file name ends like another type. The content was handled as what it is.',
      'Rename the file so that other programs open it correctly.',
    ],
    [
      '文件名为 {extension}，内容实为 {actual}。',
      '扩展名与内容不符，已按实际内容处理。',
      '请更正文件扩展名，以便其他程序正确打开。',
    ],
  ),
  'asset.trailing': entry(
    'info',
    [
      '{bytes} bytes follow the end of the file’s structure.',
      'Data after the end is ignored by viewers; it is kept and, where signed, covered by the signature.',
    ],
    [
      '文件结构结束后还有 {bytes} 字节。',
      '结尾之后的数据会被查看程序忽略；这些数据被原样保留，若有签名则在签名覆盖范围内。',
    ],
  ),
  'asset.encoding.unsupported': entry(
    'unchecked',
    [
      'The text is in {encoding}, not in UTF-8.',
      'Labels and signatures of texts are defined for UTF-8, so this one could not be searched for them.',
      'Convert it to UTF-8 and check again; a signature does not survive that.',
    ],
    [
      '文本编码为 {encoding}，不是 UTF-8。',
      '文本的标识和签名以 UTF-8 为准，因此无法在其中查找。',
      '请转换为 UTF-8 后重新检查；原有签名不会保留。',
    ],
  ),
  'asset.encrypted': entry(
    'unchecked',
    [
      'The file is encrypted.',
      'Its content, and any label or signature in it, can’t be read without the password.',
      'Save a copy without password and check that.',
    ],
    ['文件已加密。', '没有密码就无法读取其内容以及其中的标识和签名。', '请另存为不带密码的副本后再检查。'],
  ),
  'asset.size.exceeded': entry(
    'unchecked',
    [
      'The file is too large to be checked: {bytes} bytes, at most {most}.',
      'A file of this type has to be held in memory as a whole, so there is a limit.',
      'Split it, or ask for the parts one by one.',
    ],
    [
      '文件过大，无法检查：{bytes} 字节，最多 {most} 字节。',
      '这种类型的文件必须整体读入内存，因此有上限。',
      '请拆分后逐一检查。',
    ],
  ),
  'asset.playlist.left': entry(
    'info',
    [
      'Playlists beside the film were not copied: {names}.',
      'They name the segments as before. Those with byte ranges (`EXT-X-BYTERANGE`, `indexRange`) are no longer right, because segments have grown.',
      'Copy them into the folder of the labelled film; make those with byte ranges anew.',
    ],
    [
      '未复制影片旁边的播放列表：{names}。',
      '其中的分片名称不变。含有字节范围（`EXT-X-BYTERANGE`、`indexRange`）的不再适用，因为分片变长了。',
      '请将其复制到标识后的影片目录；含字节范围的请重新生成。',
    ],
  ),
} as const
