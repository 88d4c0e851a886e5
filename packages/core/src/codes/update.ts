/** Codes about update manifests: adding statements to a signed file without changing it. */
import { entry } from './entry.ts'

export const updateCodes = {
  'manifest.update.untrusted': entry(
    'warning',
    [
      'Who added to the manifest is trusted; {subject}, who signed the content, is not known here.',
      'The trusted signer said something about the file later on. Only the one below it vouches for the content.',
      'If you know that signer, give its root certificate with `--trust`.',
    ],
    [
      '补充清单的一方可信，而签署内容的 {subject} 在此处未知。',
      '可信的一方是后来补充陈述的；为内容作担保的是其下的签名者。',
      '如果您认识该签名者，请用 `--trust` 提供其根证书。',
    ],
  ),
  'usage.update.invalid': entry(
    'fault',
    [
      '{at}: an update may not say {what}.',
      'An update adds statements about content that stays as it is (C2PA 11.2.3); this one would speak of a change.',
      'Use published, edited.metadata or opened; for a change of the content, label the file again.',
    ],
    [
      '{at}：更新不得包含 {what}。',
      '更新清单只为未改变的内容补充陈述（C2PA 11.2.3），而该内容意味着改动。',
      '请使用 published、edited.metadata 或 opened；内容有改动时请重新标识。',
    ],
  ),
  'usage.redaction.missing': entry(
    'fault',
    [
      'There is no statement {label} that could be withheld.',
      'What is withheld is named by its label, with the number of repeated ones. There are: {there}.',
      '`yinji inspect --manifest FILE` shows what each of them says.',
    ],
    [
      '没有名为 {label} 的陈述可供隐去。',
      '隐去的陈述以其名称指定，重复的带有编号。现有：{there}。',
      '用 `yinji inspect --manifest 文件` 查看各项陈述的内容。',
    ],
  ),
  'usage.redaction.kept': entry(
    'fault',
    [
      '{label} has to stay.',
      'Actions, hashes of the content and ingredients hold a manifest together; no update may withhold them (C2PA 6.8).',
      'Withhold other statements; to be rid of these, label the content anew.',
    ],
    [
      '{label} 必须保留。',
      '操作、内容哈希和成分是清单的支柱，更新不得隐去（C2PA 6.8）。',
      '请隐去其他陈述；如需去除这些，请重新标识内容。',
    ],
  ),
  'usage.action.incomplete': entry(
    'fault',
    [
      '{at}: the action {action} can’t be stated without {missing}.',
      'The standard asks for it (C2PA 18.15.4), and readers call a manifest without it invalid.',
      'Languages go into `parameters` (BCP 47); a watermark has a `c2pa.soft-binding` among the assertions.',
    ],
    [
      '{at}：陈述操作 {action} 须同时给出 {missing}。',
      '这是标准的要求（C2PA 18.15.4），缺少它的清单会被判为无效。',
      '语言代码（BCP 47）写入 `parameters`；水印须在断言中有 `c2pa.soft-binding`。',
    ],
  ),
  'usage.action.unknown': entry(
    'fault',
    [
      '{at}: {action} is no action that can be added.',
      'The standard names the actions (C2PA 18.15.1); others stand under a reversed domain name of their own. What made the content, opened or placed it is said without being asked.',
      'Use `com.example.something`, or one of: {allowed}.',
    ],
    [
      '{at}：{action} 不是可添加的操作。',
      '标准规定了操作名称（C2PA 18.15.1），其他操作须以自己的反向域名开头。创建、打开和放置由本软件自动记录。',
      '请使用 `com.example.something`，或其中之一：{allowed}。',
    ],
  ),
  'usage.source.unknown': entry(
    'fault',
    [
      '{at}: {value} is no digital source type.',
      'The values are full URIs of the IPTC vocabulary, which begin with `http://cv.iptc.org/newscodes/digitalsourcetype/`.',
      'Their last parts are: {allowed}.',
    ],
    [
      '{at}：{value} 不是数字来源类型。',
      '取值为 IPTC 词表的完整 URI，以 `http://cv.iptc.org/newscodes/digitalsourcetype/` 开头。',
      '最后一段为：{allowed}。',
    ],
  ),
  'usage.assertion.label': entry(
    'fault',
    [
      '{at}: no assertion can be added as {label}.',
      'A label has a namespace, e.g. `com.example.review`. Actions, hashes, ingredients, thumbnails, the disclosure and the label record are written by this software itself, and so are numbers of repeats (`__1`). Identities and metadata of assertions need hashes of others, which are not there yet.',
      'Choose a label under a reversed domain name of your own, without a number at its end.',
    ],
    [
      '{at}：无法添加名为 {label} 的断言。',
      '名称须带命名空间，例如 `com.example.review`。操作、哈希、成分、缩略图、人工智能披露和标识记录由本软件写入，重复编号（`__1`）也由本软件添加。身份断言和断言元数据需要其他断言的哈希，而此时尚未生成。',
      '请使用自己的反向域名作为名称前缀，末尾不加编号。',
    ],
  ),
  'usage.stamp.authority': entry(
    'fault',
    [
      'No time-stamp authority is known that could be asked.',
      'A time stamp is somebody else’s word for when a signature was there at the latest (RFC 3161).',
      'Name one with `--timestamp URL`, or as `timestamp` in config.json.',
    ],
    [
      '没有可用的时间戳机构。',
      '时间戳由第三方证明签名最晚在何时已经存在（RFC 3161）。',
      '请用 `--timestamp URL` 指定，或在 config.json 的 `timestamp` 中设置。',
    ],
  ),
  'input.update.unsigned': entry(
    'fault',
    [
      '{name} has no manifest that could be updated.',
      'An update adds to what somebody has signed before.',
      'Label and sign it first: `yinji label`.',
    ],
    ['{name} 没有可更新的签名清单。', '更新是对已签名内容的补充。', '请先标识并签名：`yinji label`。'],
  ),
  'input.update.invalid': entry(
    'fault',
    [
      '{name} is not as it was signed, so nothing is added to it.',
      'A statement on top of a broken manifest would vouch for content that nobody can vouch for.',
      'See what is wrong with `yinji verify`, or label it as new content with `yinji label`.',
    ],
    [
      '{name} 与签名时不符，因此不作补充。',
      '在失效的清单上补充陈述，等于为无法担保的内容作担保。',
      '用 `yinji verify` 查看原因，或用 `yinji label` 作为新内容标识。',
    ],
  ),
  'input.update.unsupported': entry(
    'fault',
    [
      'There is no room for an update in this manifest, and in {format} it can’t be made longer.',
      'The length of the manifest is part of what was signed there.',
      'Label the file again with `yinji label --updatable`: the old manifest is kept in the new one, with room for more.',
    ],
    [
      '此签名清单中没有更新的余地，而 {format} 中的清单不能加长。',
      '在该格式中，清单的长度也在签名范围内。',
      '请用 `yinji label --updatable` 重新标识：新清单会保留旧清单，并预留空间。',
    ],
  ),
} as const
