/** Codes of errors that are thrown: wrong calls, unreadable input, tools that fail. */
import { entry } from './entry.ts'

export const faultCodes = {
  'usage.aigc.label': entry(
    'fault',
    [
      'Label must be 1, 2 or 3, not {label}.',
      'GB 45438-2025 Annex E knows three values.',
      'Use 1 (is), 2 (may be) or 3 (suspected).',
    ],
    [
      'Label 必须为 1、2 或 3，不能为 {label}。',
      'GB 45438-2025 附录 E 只规定三个值。',
      '使用 1（属于）、2（可能）或 3（疑似）。',
    ],
  ),
  'usage.aigc.empty': entry(
    'fault',
    [
      '{key} must not be empty.',
      'GB 45438-2025 Annex E asks for it.',
      'Give the provider a name or code and the content an id.',
    ],
    ['{key} 不能为空。', 'GB 45438-2025 附录 E 要求填写。', '请提供服务提供者名称或编码以及内容编号。'],
  ),
  'usage.aigc.character': entry(
    'fault',
    [
      '{key} has a character that the standard does not allow: {value}.',
      'GB 45438-2025 Annex E allows printable ASCII without space and backslash.',
      'For a provider, give its 27-character code (`--code`) or an ASCII name; for an id, use letters and digits.',
    ],
    [
      '{key} 含有标准不允许的字符：{value}。',
      'GB 45438-2025 附录 E 只允许可打印 ASCII 字符（不含空格和反斜杠）。',
      '服务提供者请使用 27 位编码（`--code`）或 ASCII 名称；编号请使用字母和数字。',
    ],
  ),
  'usage.code.invalid': entry(
    'fault',
    [
      '{code} is no valid provider code ({fault}).',
      'A provider code has 27 characters: 00, subject 1 or 2, binding 1, an 18-character credit code or ID number with its check digit, and 00000 or 1/2 with four more (TC260-PG-20252A).',
      'Check the code for a typing error.',
    ],
    [
      '{code} 不是有效的服务提供者编码（{fault}）。',
      '编码共 27 位：00、主体类型 1 或 2、绑定 1、18 位信用代码或身份证号（含校验位）、00000 或 1/2 加四位扩展（TC260-PG-20252A）。',
      '请检查是否输入有误。',
    ],
  ),
  'usage.record.invalid': entry(
    'fault',
    [
      'The provenance record is not valid: {problems}.',
      'A record needs a provider, a time and a content id.',
      'Correct the fields that are named.',
    ],
    ['溯源记录无效：{problems}。', '记录需要服务提供者、时间和内容编号。', '请更正所列字段。'],
  ),
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
  'usage.identity.exists': entry(
    'fault',
    [
      'There is an identity in {home} already.',
      'A new one would have another key, and verifiers would have to trust it anew.',
      'Keep it, or replace it with `--force`; the old one is moved aside.',
    ],
    [
      '{home} 中已有身份。',
      '新身份的密钥不同，验证方需要重新信任。',
      '继续使用原身份，或用 `--force` 替换（原身份会被移到一旁）。',
    ],
  ),
  'usage.identity.required': entry(
    'fault',
    [
      'Nobody is named as the provider of the content.',
      'Every label says who made the content.',
      'Run `yinji init --provider NAME` once, or pass an identity or a provider to `label`.',
    ],
    [
      '未指明内容的服务提供者。',
      '每个标识都要说明由谁生成。',
      '先运行 `yinji init --provider 名称`，或在调用 `label` 时给出身份或提供者。',
    ],
  ),
  'usage.trust.invalid': entry(
    'fault',
    [
      'The trust anchors can’t be used: {problem}.',
      'Anchors are CA certificates in PEM form, one after the other. Nothing was checked, because a list that is half read would trust the wrong people.',
      'Give the file that holds the root certificates, e.g. `ca/root.pem`.',
    ],
    [
      '信任锚无法使用：{problem}。',
      '信任锚应为 PEM 格式的 CA 证书，可依次排列多个。列表若只读取一部分会信任错误的对象，因此未进行检查。',
      '请提供包含根证书的文件，例如 `ca/root.pem`。',
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
  'sign.identity.missing': entry(
    'fault',
    [
      'There is no identity to sign with in {home}.',
      'A signed label needs a key and a certificate.',
      'Run `yinji init --provider NAME` once.',
    ],
    [
      '{home} 中没有可用于签名的身份。',
      '签名标识需要密钥和证书。',
      '先运行一次 `yinji init --provider 名称`。',
    ],
  ),
  'usage.request.invalid': entry(
    'fault',
    [
      'The certificate request can’t be used: {problem}.',
      'An authority certifies only a key whose owner shows to have it (PKCS #10, RFC 2986).',
      'Make a new one with `yinji cert request`, or with `openssl req -new`.',
    ],
    [
      '证书请求无法使用：{problem}。',
      '认证机构只为请求者确实持有的密钥签发证书（PKCS #10，RFC 2986）。',
      '请用 `yinji cert request` 或 `openssl req -new` 重新生成。',
    ],
  ),
  'sign.key.missing': entry(
    'fault',
    [
      'The key is missing or can’t be read: {path}.',
      'Nothing can be signed without it.',
      'Restore the file, or make a new identity with `yinji init`.',
    ],
    ['密钥缺失或无法读取：{path}。', '没有密钥就无法签名。', '请恢复该文件，或用 `yinji init` 新建身份。'],
  ),
  'sign.key.mismatch': entry(
    'fault',
    [
      'The key does not belong to the certificate.',
      'A signature made with it would not verify.',
      'Use the key the certificate was issued for.',
    ],
    ['密钥与证书不匹配。', '用它签名将无法通过验证。', '请使用与证书对应的密钥。'],
  ),
  'sign.key.invalid': entry(
    'fault',
    [
      'The key can’t be used: {problem}.',
      'Signing needs a private key in PEM form, without a passphrase.',
      'Restore the key file, or make a new identity with `yinji init`.',
    ],
    [
      '密钥无法使用：{problem}。',
      '签名需要 PEM 格式、未加密的私钥。',
      '请恢复密钥文件，或用 `yinji init` 新建身份。',
    ],
  ),
  'sign.certificate.unreadable': entry(
    'fault',
    [
      'The signing certificate can’t be read: {problem}.',
      'The certificates must be in PEM form: the signing certificate and those of the authorities that issued it.',
      'Restore the file, or have the certificate issued again; `yinji init` makes an identity of your own.',
    ],
    [
      '签名证书无法读取：{problem}。',
      '证书应为 PEM 格式，包括签名证书及其签发机构的证书。',
      '请恢复该文件，或重新申领证书；`yinji init` 可新建自己的身份。',
    ],
  ),
  'sign.signature.length': entry(
    'fault',
    [
      'The signer returned {bytes} bytes where {algorithm} has {length}.',
      'C2PA wants the raw signature (r and s one after the other for ECDSA), not the DER form that many key services return.',
      'Convert the signature to its raw form in the signer.',
    ],
    [
      '签名器返回了 {bytes} 字节，而 {algorithm} 应为 {length} 字节。',
      'C2PA 要求原始签名（ECDSA 为 r 与 s 依次相接），而不是许多密钥服务返回的 DER 形式。',
      '请在签名器中将签名转换为原始形式。',
    ],
  ),
  'sign.certificate.expired': entry(
    'fault',
    [
      'The signing certificate expired on {notAfter}.',
      'Signatures made now would not be trusted.',
      'Renew the certificate, or make a new identity with `yinji init`.',
    ],
    ['签名证书已于 {notAfter} 过期。', '现在签名将不被信任。', '请更新证书，或用 `yinji init` 新建身份。'],
  ),
  'sign.certificate.future': entry(
    'fault',
    [
      'The signing certificate is not valid before {notBefore}.',
      'The clock of this machine may be wrong.',
      'Check date and time.',
    ],
    ['签名证书在 {notBefore} 之前无效。', '本机时钟可能有误。', '请检查日期和时间。'],
  ),
  'sign.certificate.profile': entry(
    'fault',
    [
      'The certificate can’t sign content: {problem}.',
      'It does not meet the certificate profile of C2PA 14.5.',
      'Use a certificate issued for signing content.',
    ],
    [
      '该证书不能用于签署内容：{problem}。',
      '不符合 C2PA 14.5 的证书要求。',
      '请使用为签署内容而签发的证书。',
    ],
  ),
  'visible.glyph.missing': entry(
    'fault',
    [
      'The label has a character that can’t be drawn: {glyph}.',
      'The built-in font holds the characters that labels use, and no others.',
      'Use other words; `AI生成` and ASCII always work.',
    ],
    [
      '标识文字中有无法绘制的字符：{glyph}。',
      '内置字体只包含标识常用的字符。',
      '请更换文字；`AI生成` 和 ASCII 字符始终可用。',
    ],
  ),
  'visible.text.wording': entry(
    'fault',
    [
      'The label must name AI and generation: {text}.',
      'GB 45438-2025 chapter 5 asks for “人工智能” or “AI” together with “生成” or “合成”.',
      'Use for example `AI生成`.',
    ],
    [
      '标识文字必须同时包含人工智能要素和生成要素：{text}。',
      'GB 45438-2025 第 5 章要求含有“人工智能”或“AI”，以及“生成”或“合成”。',
      '例如使用 `AI生成`。',
    ],
  ),
  'visible.space.missing': entry(
    'fault',
    [
      'The label does not fit into the picture ({width}×{height}).',
      'At the size the standard asks for, the words are wider than the picture.',
      'Use shorter words.',
    ],
    ['标识在画面（{width}×{height}）中放不下。', '按标准要求的尺寸，文字比画面更宽。', '请使用更短的文字。'],
  ),
  'visible.content.unsupported': entry(
    'fault',
    [
      'The visible label can’t be put into this file: {what}.',
      'Doing so would lose part of the content. The original is untouched.',
      'Label it with `--no-visible`, or convert it first.',
    ],
    [
      '无法在该文件中添加显式标识：{what}。',
      '这样做会丢失部分内容。原文件未改动。',
      '请使用 `--no-visible`，或先转换格式。',
    ],
  ),
  'visible.format.unsupported': entry(
    'fault',
    [
      'A label that people see or hear can’t be put into {format}.',
      'Nothing here can write such content again with a label in it. The original is untouched.',
      'Convert it to {instead} and label that, or use `--no-visible` and show the label beside the content.',
    ],
    [
      '无法在 {format} 文件中添加显式标识。',
      '本软件无法写出带有标识的此类内容。原文件未改动。',
      '请转换为 {instead} 后再标识，或使用 `--no-visible` 并在内容旁边展示标识。',
    ],
  ),
  'visible.content.signed': entry(
    'fault',
    [
      'The document is signed, and a visible label would change its pages: {name}.',
      'ISO 32000-2 12.8.2.2 lets a signer allow forms to be filled in and comments to be added, never a change to what is on a page; readers would show the signature as broken.',
      'Label the document before it is signed, or use `--no-visible`: the rest of the label leaves the signature valid.',
    ],
    [
      '文档已签名，添加显式标识会改变其页面：{name}。',
      'ISO 32000-2 12.8.2.2 中，签名者最多可允许填写表单和添加批注，不允许改变页面内容；否则阅读器会显示签名失效。',
      '请在签名之前标识文档，或使用 `--no-visible`：其余标识不影响签名的有效性。',
    ],
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
