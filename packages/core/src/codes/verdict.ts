/** The six verdicts in words. They are never findings; reports and `explain` render them from here like everything else. */
import { entry } from './entry.ts'

export const verdictCodes = {
  'verdict.trusted': entry(
    'pass',
    [
      'The label is signed by somebody you trust, and the content is what was signed.',
      'Signature, content and certificate chain all hold.',
    ],
    ['标识由您信任的一方签署，内容与签名时一致。', '签名、内容和证书链均成立。'],
  ),
  'verdict.valid': entry(
    'info',
    [
      'The content is what was signed, by somebody whose certificate you do not trust yet.',
      'Integrity and trust are two questions: nothing was changed since the signing, but no trust anchor vouches for the signer.',
      'Get the signer’s root certificate from a source you trust and pass it with `--trust`.',
    ],
    [
      '内容与签名时一致，但签名者的证书尚未被信任。',
      '完整性和信任是两个问题：签名后内容没有变化，但没有信任锚为签名者背书。',
      '请从可靠来源获取签名者的根证书，并用 `--trust` 指定。',
    ],
  ),
  'verdict.labeled': entry(
    'info',
    [
      'The file says that it is AI-generated, but nobody signed that.',
      'A label without a signature can be written, changed and removed by anybody.',
      'Accept unsigned labels with `--require labeled`, or ask the producer for a signed copy.',
    ],
    [
      '文件声明为人工智能生成，但没有签名。',
      '没有签名的标识任何人都可以写入、更改或删除。',
      '用 `--require labeled` 接受未签名的标识，或向生成方索取已签名的副本。',
    ],
  ),
  'verdict.unlabeled': entry(
    'info',
    [
      'No label was found.',
      'That says nothing about where the content came from: labels are lost when files are converted or shared.',
      'If you made this with AI, label it with `yinji label`.',
    ],
    [
      '未找到标识。',
      '这不说明内容的来源：转换或分享文件时标识可能丢失。',
      '如果是用人工智能制作的，请用 `yinji label` 标识。',
    ],
  ),
  'verdict.invalid': entry(
    'error',
    [
      'The file contradicts what was signed about it.',
      'At least one check failed, so none of its claims can be relied on.',
      'Get the file again from where it was published.',
    ],
    [
      '文件与其签名内容相矛盾。',
      '至少有一项检查未通过，因此其中的声明均不可采信。',
      '请从发布处重新获取文件。',
    ],
  ),
  'verdict.unchecked': entry(
    'unchecked',
    [
      'The file could not be checked.',
      'This is neither good nor bad: a question stayed without an answer.',
      'See the reason that is given.',
    ],
    ['无法检查该文件。', '这既不表示好也不表示坏：有问题没有得到回答。', '请查看所给出的原因。'],
  ),
} as const
