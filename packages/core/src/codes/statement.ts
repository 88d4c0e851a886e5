/** Codes about what callers state: fields that are missing, unknown or wrong, and statements that can't be written. */
import { entry } from './entry.ts'

export const statementCodes = {
  'usage.field.missing': entry(
    'fault',
    ['{at} is missing.', 'The standard asks for this field.', 'Allowed: {allowed}.'],
    ['缺少 {at}。', '标准要求填写此字段。', '允许：{allowed}。'],
  ),
  'usage.field.unknown': entry(
    'fault',
    [
      'There is no field {at}.',
      'Unknown fields are refused, because a typing error would go unnoticed.',
      'Allowed: {allowed}.',
    ],
    ['没有字段 {at}。', '未知字段会被拒绝，否则输入错误不会被发现。', '允许：{allowed}。'],
  ),
  'usage.field.invalid': entry(
    'fault',
    ['{at} can’t be {found}.', 'The field takes other values.', 'Allowed: {allowed}.'],
    ['{at} 不能为 {found}。', '该字段只接受其他取值。', '允许：{allowed}。'],
  ),
  'usage.definition.elsewhere': entry(
    'fault',
    [
      '{at}a manifest definition of c2patool states only its assertions here; it has also: {fields}.',
      'The key is that of the identity, the title the name of the file, and the generator this software; the rest has options.',
      'Leave these fields out: `ta_url` is `--timestamp`, `ingredients` are `--ingredient`, `thumbnail` is `--thumbnail`; see docs/c2patool.md.',
    ],
    [
      '{at}c2patool 的清单定义在此只陈述其断言，但文件还含有：{fields}。',
      '密钥取自身份，标题为文件名，生成程序为本软件；其余内容由命令选项给出。',
      '请去掉这些字段：`ta_url` 对应 `--timestamp`，`ingredients` 对应 `--ingredient`，`thumbnail` 对应 `--thumbnail`；参见 docs/c2patool.md。',
    ],
  ),
  'usage.statements.unreadable': entry(
    'fault',
    [
      'The statements in {path} can’t be read: {problem}.',
      'They are one JSON object, e.g. `{"actions": [{"action": "c2pa.cropped"}], "training": "notAllowed"}`.',
      'Correct the file, and run the same command again.',
    ],
    [
      '无法读取 {path} 中的陈述：{problem}。',
      '文件应为一个 JSON 对象，例如 `{"actions": [{"action": "c2pa.cropped"}], "training": "notAllowed"}`。',
      '请更正文件后重新运行同一命令。',
    ],
  ),
  'usage.origin.missing': entry(
    'fault',
    [
      'Nothing says how the content came to be.',
      'The first action of a manifest says so (C2PA 18.15.2).',
      'Give a record, or as the first action `c2pa.created` with a `digitalSourceType`, or for content that existed before a `parent`.',
    ],
    [
      '没有说明内容从何而来。',
      '清单的第一个操作必须说明这一点（C2PA 18.15.2）。',
      '请给出记录；或以带 `digitalSourceType` 的 `c2pa.created` 作为第一个操作；已有的内容请给出 `parent`。',
    ],
  ),
  'usage.action.misplaced': entry(
    'fault',
    [
      'c2pa.created stands where the content was made already.',
      'It is the first action and the only one of its kind; with a record or a parent, how the content came to be is said by those.',
      'Leave it out, or put it first and give neither record nor parent.',
    ],
    [
      'c2pa.created 的位置不对：内容此前已经创建。',
      '它必须是第一个操作且只能有一个；有记录或 parent 时，内容的来源已由其说明。',
      '请去掉它，或放在第一位且不给出记录和 parent。',
    ],
  ),
  'usage.action.related': entry(
    'fault',
    [
      '{action} can’t be about {label}.',
      'An action may be about assertions beside it, other than actions and ingredients. There are: {there}.',
      'Name one of them, repeated ones with their number.',
    ],
    [
      '{action} 不能关联 {label}。',
      '操作可以关联同一清单中除操作和成分以外的断言。现有：{there}。',
      '请指定其中之一，重复的带上编号。',
    ],
  ),
  'usage.assertion.content': entry(
    'fault',
    [
      'The content of {label} can’t be written: {problem}.',
      'Assertions hold texts, numbers, booleans, null, lists and objects; in CBOR bytes as well. Functions, dates, NaN, gaps in lists and circles have no form there.',
      'Replace what has no form, e.g. dates by ISO 8601 texts.',
    ],
    [
      '{label} 的内容无法写入：{problem}。',
      '断言可包含文本、数字、布尔值、null、列表和对象，CBOR 中还可包含字节。函数、日期对象、NaN、列表空位和循环引用无法表示。',
      '请替换无法表示的值，例如用 ISO 8601 文本代替日期。',
    ],
  ),
} as const
