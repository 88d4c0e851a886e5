/** Codes about files: what can’t be read or labelled, and what can’t be written. */
import { entry } from './entry.ts'

export const fileCodes = {
  'input.aigc.size': entry(
    'fault',
    [
      'The AIGC field would be {bytes} bytes long, which is too much.',
      'Readers are not obliged to take fields of any length.',
      'Shorten the ids or the security data.',
    ],
    [
      'AIGC 字段长度为 {bytes} 字节，过长。',
      '读取程序没有义务处理任意长度的字段。',
      '请缩短编号或安全数据。',
    ],
  ),
  'input.type.unsupported': entry(
    'fault',
    [
      'This type of file can’t be labelled: {name}.',
      'No handler recognises its content.',
      'Sign it beside the file with `--sidecar --no-visible`, or convert it to a format of `yinji formats`.',
    ],
    [
      '无法标识这种类型的文件：{name}。',
      '没有处理器能识别其内容。',
      '用 `--sidecar --no-visible` 在文件旁签名，或转换为 `yinji formats` 列出的格式。',
    ],
  ),
  'input.empty': entry(
    'fault',
    ['The file is empty: {name}.', 'There is no content to label.', 'Check the program that wrote the file.'],
    ['文件为空：{name}。', '没有可标识的内容。', '请检查生成该文件的程序。'],
  ),
  'input.damaged': entry(
    'fault',
    [
      'The file is damaged or cut off ({what}): {name}.',
      'Its structure breaks off or contradicts itself, so nothing can be written into it safely. It was left as it is.',
      'Get a complete copy and try again.',
    ],
    [
      '文件已损坏或不完整（{what}）：{name}。',
      '文件结构中断或自相矛盾，无法安全写入。原文件未改动。',
      '请获取完整副本后重试。',
    ],
  ),
  'input.missing': entry(
    'fault',
    ['There is no such file: {name}.', 'The path leads nowhere.', 'Check the spelling and the folder.'],
    ['没有这个文件：{name}。', '路径不存在。', '请检查拼写和所在目录。'],
  ),
  'input.unreadable': entry(
    'fault',
    ['The file can’t be read: {name}.', 'The system refused to open it.', 'Check its permissions.'],
    ['无法读取文件：{name}。', '系统拒绝打开该文件。', '请检查文件权限。'],
  ),
  'input.directory': entry(
    'fault',
    [
      'This is a folder, not a file: {name}.',
      'Folders are entered only when asked.',
      'Add `-r` to take the files in it.',
    ],
    ['这是目录而不是文件：{name}。', '只有明确要求时才会进入目录。', '加上 `-r` 以处理其中的文件。'],
  ),
  'input.size': entry(
    'fault',
    [
      '{what} is too large: {bytes} bytes, at most {most}.',
      'The limit keeps memory bounded or is set by the format.',
      'Make it smaller.',
    ],
    [
      '{what} 过大：{bytes} 字节，最多 {most} 字节。',
      '该上限用于限制内存，或由格式本身规定。',
      '请缩小后重试。',
    ],
  ),
  'input.encoding': entry(
    'fault',
    [
      'The text is not UTF-8: {name}.',
      'Only UTF-8 text can be labelled without changing it.',
      'Convert it to UTF-8 first.',
    ],
    ['文本不是 UTF-8 编码：{name}。', '只有 UTF-8 文本才能在不改动内容的情况下标识。', '请先转换为 UTF-8。'],
  ),
  'input.nothing': entry(
    'fault',
    [
      'Nothing could be written into {name}: the format has no place for what was asked.',
      'With the visible label and the manifest switched off, this format has no place left for a label.',
      'Leave out `--no-manifest` or `--no-visible`.',
    ],
    [
      '无法在 {name} 中写入任何内容：该格式没有相应位置。',
      '关闭显式标识和清单后，该格式没有可写入标识的位置。',
      '请去掉 `--no-manifest` 或 `--no-visible`。',
    ],
  ),
  'input.manifest.unsupported': entry(
    'fault',
    [
      'A file of this format has no place for a signed manifest: {name} ({format}).',
      'C2PA defines none. The manifest can stand in a file of its own beside it, or be left out.',
      'Add `--sidecar` to write it as `{name}.c2pa`, or `--no-manifest` for a label without signature.',
    ],
    [
      '该格式的文件没有存放签名清单的位置：{name}（{format}）。',
      'C2PA 未作规定。清单可以保存为旁边的独立文件，也可以不写。',
      '加上 `--sidecar` 写为 `{name}.c2pa`，或用 `--no-manifest` 只写不签名的标识。',
    ],
  ),
  'input.segments.unsupported': entry(
    'fault',
    [
      'This is not the initialization segment of a film: {name} ({format}).',
      'Films in segments are MP4, MOV or M4A: one file with `moov`, and media segments with `moof` (DASH, HLS).',
      'Name the initialization segment (`init.mp4`), or label the file without `--fragments`.',
    ],
    [
      '该文件不是影片的初始化分片：{name}（{format}）。',
      '分片影片为 MP4、MOV 或 M4A：一个含 `moov` 的文件，以及含 `moof` 的媒体分片（DASH、HLS）。',
      '请指定初始化分片（如 `init.mp4`），或不带 `--fragments` 标识该文件。',
    ],
  ),
  'input.segments.missing': entry(
    'fault',
    [
      'This is only the beginning of a film: {name}.',
      'Its pictures and sounds are in media segments beside it (DASH, HLS). A manifest here alone would vouch for none of them.',
      'Name them as well: `--fragments "seg*.m4s" --no-visible -o FOLDER`.',
    ],
    [
      '这只是影片的初始化分片：{name}。',
      '画面和声音在旁边的媒体分片中（DASH、HLS），只在此处写入清单不能为它们作担保。',
      '请一并指定分片：`--fragments "seg*.m4s" --no-visible -o 目录`。',
    ],
  ),
  'input.segments.order': entry(
    'fault',
    [
      'The segment {segment} is not played after {earlier}.',
      'The manifest says which segment comes when. These are in another order, or belong to two films or tracks.',
      'Name the segments of this initialization segment only, in the order in which they are played.',
    ],
    [
      '分片 {segment} 不在 {earlier} 之后播放。',
      '清单记录分片的先后。这些分片顺序不符，或属于两部影片或两条轨道。',
      '请只指定属于该初始化分片的分片，并按播放顺序排列。',
    ],
  ),
  'input.binding.unsupported': entry(
    'fault',
    [
      'The boxes of this file can’t be bound one by one: {name} ({format}).',
      'That takes a JPEG, PNG, GIF or JPEG XL file that consists of boxes with names in C2PA alone, with nothing behind its end.',
      'Leave out `--binding boxes`: the manifest covers every byte without it too.',
    ],
    [
      '无法逐一绑定该文件的各个部分：{name}（{format}）。',
      '须为 JPEG、PNG、GIF 或 JPEG XL 文件，完全由 C2PA 命名的部分构成，且结尾之后没有其他数据。',
      '请去掉 `--binding boxes`：不用它，清单同样覆盖每一个字节。',
    ],
  ),
  'input.format.readonly': entry(
    'fault',
    [
      'Files of this format can be checked but not labelled: {name} ({format}).',
      'The format has no place of its own for labels, and what is put before the content is lost or disturbs players.',
      'Convert it to {instead} first and label that; for AAC, `--remux` does both and keeps every packet.',
    ],
    [
      '该格式的文件只能检查，不能标识：{name}（{format}）。',
      '该格式自身没有存放标识的位置，放在内容之前的数据会丢失或影响播放。',
      '请先转换为 {instead} 再进行标识；AAC 可使用 `--remux` 一步完成，音频数据不变。',
    ],
  ),
  'input.encrypted': entry(
    'fault',
    [
      'The file is encrypted: {name}.',
      'A label in an encrypted file could not be read by anybody without the password; files with restricted permissions are encrypted as well.',
      'Save a copy without password and restrictions, and label that.',
    ],
    [
      '文件已加密：{name}。',
      '加密文件中的标识在没有密码时无法读取；限制权限的文件同样是加密的。',
      '请另存为不带密码和权限限制的副本后再标识。',
    ],
  ),
  'input.signed': entry(
    'fault',
    [
      'A signature in the file allows no changes: {name}.',
      'Its author has signed or certified the document as a whole; a label would make that signature invalid.',
      'Label the document before it is signed.',
    ],
    [
      '文件中的签名不允许修改：{name}。',
      '作者已对整个文档签名或认证，写入标识会使该签名失效。',
      '请在签名之前标识文档。',
    ],
  ),
  'output.exists': entry(
    'fault',
    [
      'The target exists already: {path}.',
      'Files are never overwritten silently.',
      'Choose another name with `-o`, or add `--force`.',
    ],
    ['目标已存在：{path}。', '不会悄悄覆盖任何文件。', '用 `-o` 指定其他名称，或加上 `--force`。'],
  ),
  'output.readonly': entry(
    'fault',
    [
      'Nothing can be written at {path}.',
      'The folder or the file is read-only, or does not exist.',
      'Choose another place with `-o`, or change the permissions.',
    ],
    ['无法写入 {path}。', '目录或文件为只读，或不存在。', '用 `-o` 指定其他位置，或修改权限。'],
  ),
  'output.full': entry(
    'fault',
    [
      'The disk is full: {path}.',
      'The labelled copy did not fit. The original is untouched and no partial file was left.',
      'Free some space and try again.',
    ],
    [
      '磁盘已满：{path}。',
      '标识后的副本无法写入。原文件未改动，也没有留下不完整的文件。',
      '请释放空间后重试。',
    ],
  ),
  'output.readback': entry(
    'fault',
    [
      'The label could not be read back after writing ({what}).',
      'What was written was checked before it was put in place, and the check failed. The original is untouched.',
      'Report the file; this should not happen.',
    ],
    [
      '写入后无法读回标识（{what}）。',
      '写入结果在替换之前经过检查，检查未通过。原文件未改动。',
      '请报告该文件；这不应发生。',
    ],
  ),
} as const
