/** Codes of wrong command lines: what was typed, and what was probably meant. */
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
      'The trust anchors can’t be read: {path}.',
      'A PEM file with at least one certificate is needed.',
      'Ask the provider for the `root.pem` of its identity.',
    ],
    [
      '无法读取信任锚：{path}。',
      '需要至少含有一个证书的 PEM 文件。',
      '请向提供者索取其身份中的 `root.pem`。',
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
} as const
