/** Codes of wrong command lines and wrong calls: what was said, and what was probably meant. */
import { entry } from './entry.ts'

export const usageCodes = {
  'usage.command.unknown': entry(
    'fault',
    [
      'There is no command `{command}`.',
      'The first word after `yinji` names what to do.',
      'See `yinji --help` for the commands.',
    ],
    [
      '没有命令 `{command}`。',
      '`yinji` 之后的第一个词是要执行的操作。',
      '运行 `yinji --help` 查看所有命令。',
    ],
  ),
  'usage.command.misspelt': entry(
    'fault',
    [
      'There is no command `{command}`.',
      'The first word after `yinji` names what to do.',
      'Did you mean `{nearest}`?',
    ],
    ['没有命令 `{command}`。', '`yinji` 之后的第一个词是要执行的操作。', '您是否要用 `{nearest}`？'],
  ),
  'usage.option.unknown': entry(
    'fault',
    [
      'There is no option `{option}` here.',
      'Each command has its own options. A file whose name starts with a dash goes after `--`.',
      'See `yinji {command} --help`.',
    ],
    [
      '这里没有选项 `{option}`。',
      '每个命令有各自的选项。以短横线开头的文件名应放在 `--` 之后。',
      '运行 `yinji {command} --help` 查看。',
    ],
  ),
  'usage.option.misspelt': entry(
    'fault',
    [
      'There is no option `{option}` here.',
      'Each command has its own options. A file whose name starts with a dash goes after `--`.',
      'Did you mean `{nearest}`?',
    ],
    [
      '这里没有选项 `{option}`。',
      '每个命令有各自的选项。以短横线开头的文件名应放在 `--` 之后。',
      '您是否要用 `{nearest}`？',
    ],
  ),
  'usage.option.value': entry(
    'fault',
    ['`{option}` can’t be “{value}”.', 'The option takes one of a few words.', 'Use one of: {allowed}.'],
    ['`{option}` 不能为“{value}”。', '该选项只接受几个固定的词。', '可用的值：{allowed}。'],
  ),
  'usage.option.missing': entry(
    'fault',
    [
      '`{option}` is needed.',
      'The command can’t do its work without it, or a value is missing after it.',
      'See the examples of `yinji {command} --help`.',
    ],
    ['需要 `{option}`。', '命令缺少该选项，或该选项之后缺少值。', '参见 `yinji {command} --help` 中的示例。'],
  ),
  'usage.option.conflict': entry(
    'fault',
    [
      '`{option}` and `{other}` can’t be used together.',
      'One asks for what the other rules out.',
      'Leave out one of the two.',
    ],
    ['`{option}` 与 `{other}` 不能同时使用。', '两者的要求互相排斥。', '请去掉其中一个。'],
  ),
  'usage.argument.missing': entry(
    'fault',
    [
      'Nothing was named to work on ({argument} is missing).',
      'The command needs at least one; `-` stands for standard input.',
      'See the examples of `yinji {command} --help`.',
    ],
    [
      '没有指定要处理的对象（缺少 {argument}）。',
      '该命令至少需要一个；`-` 表示标准输入。',
      '参见 `yinji {command} --help` 中的示例。',
    ],
  ),
  'usage.argument.excess': entry(
    'fault',
    [
      '`yinji {command}` was given too many arguments.',
      'Names with spaces belong in quotation marks.',
      'See the examples of `yinji {command} --help`.',
    ],
    [
      '`yinji {command}` 的参数过多。',
      '含有空格的名称需要加引号。',
      '参见 `yinji {command} --help` 中的示例。',
    ],
  ),
  'usage.code.unknown': entry(
    'fault',
    [
      'There is no code `{code}`.',
      'Codes have the form layer.subject.outcome.',
      'Did you mean `{nearest}`? `yinji explain` lists them all.',
    ],
    [
      '没有代码 `{code}`。',
      '代码的形式为 层.主题.结果。',
      '您是否要查 `{nearest}`？运行 `yinji explain` 可列出全部代码。',
    ],
  ),
  'usage.trust.unreadable': entry(
    'fault',
    [
      'The file can’t be read: {path}.',
      'Whom to trust is told by PEM certificates or keys, a trust list of the C2PA, or key usages (OIDs).',
      'Check the name. The `root.pem` of an identity is had from its provider.',
    ],
    [
      '无法读取文件：{path}。',
      '信任对象可由 PEM 证书或公钥、C2PA 信任列表或密钥用途（OID）给出。',
      '请检查文件名；身份的 `root.pem` 可向其提供者索取。',
    ],
  ),
  'usage.output.file': entry(
    'fault',
    [
      'Several files can’t all become {path}.',
      'With more than one input, `-o` names a folder.',
      'Give `-o` a folder, or label one file at a time.',
    ],
    ['多个文件不能都写入 {path}。', '有多个输入时，`-o` 应为目录。', '请为 `-o` 指定目录，或逐个标识。'],
  ),
  'usage.output.collision': entry(
    'fault',
    [
      'Two of the files would both become {path}.',
      'They have the same name, and one would overwrite the other.',
      'Label them in two runs with different folders.',
    ],
    ['有两个文件都会写入 {path}。', '它们同名，后者会覆盖前者。', '请分两次运行并使用不同的目录。'],
  ),
  'usage.output.terminal': entry(
    'fault',
    [
      'The labelled file would go to the terminal.',
      'Only text can be shown there.',
      'Name a file with `-o FILE`, or pipe the output on.',
    ],
    ['标识后的文件将输出到终端。', '终端只能显示文本。', '请用 `-o 文件` 指定输出，或将输出重定向。'],
  ),
  'input.folder.nothing': entry(
    'fault',
    [
      'No file in {name} is of a known type.',
      '{skipped} files of other types were skipped.',
      'See `yinji formats` for what is supported.',
    ],
    [
      '{name} 中没有已知类型的文件。',
      '已跳过其他类型的文件 {skipped} 个。',
      '运行 `yinji formats` 查看支持的格式。',
    ],
  ),
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
      'Anchors are CA certificates in PEM form, one after the other, or a trust list of the C2PA. Nothing was checked, because a list that is half read would trust the wrong people.',
      'Give the file that holds the root certificates, e.g. `ca/root.pem`.',
    ],
    [
      '信任锚无法使用：{problem}。',
      '信任锚应为 PEM 格式的 CA 证书（可依次排列多个）或 C2PA 信任列表。列表若只读取一部分会信任错误的对象，因此未进行检查。',
      '请提供包含根证书的文件，例如 `ca/root.pem`。',
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
} as const
