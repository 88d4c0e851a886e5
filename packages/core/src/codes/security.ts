/** Codes about the security data in ReservedCode1 and ReservedCode2 (TC260-PG-202511A). */
import { entry } from './entry.ts'

export const securityCodes = {
  'security.signature.certificate': entry(
    'pass',
    [
      '{at} is signed by {provider}, and a trusted certificate says so.',
      'The SM2 signature covers the label’s own statement, and its certificate leads to an authority you trust ({form}).',
    ],
    [
      '{at} 由 {provider} 签名，且有受信任的证书证明。',
      'SM2 签名覆盖标识的声明内容，其证书链通向您信任的机构（{form}）。',
    ],
  ),
  'security.signature.pinned': entry(
    'pass',
    [
      '{at} is signed with a key that you have pinned.',
      'The SM2 signature covers the label’s own statement, and its key is one that your trust store names ({form}).',
    ],
    ['{at} 由您已固定的密钥签名。', 'SM2 签名覆盖标识的声明内容，其密钥在您的信任库中（{form}）。'],
  ),
  'security.signature.embedded': entry(
    'pass',
    [
      '{at} is signed, but nobody vouches for the key.',
      'The SM2 signature holds ({form}). Its key travels in the file, so it proves that the label is in one piece, not who wrote it.',
      'Ask the provider for its key or certificate, and add it with `yinji trust add`.',
    ],
    [
      '{at} 已签名，但无人为该密钥担保。',
      'SM2 签名有效（{form}）。密钥随文件携带，只能证明标识完整，不能证明由谁写入。',
      '请向提供者索取密钥或证书，并用 `yinji trust add` 添加。',
    ],
  ),
  'security.signature.mismatch': entry(
    'error',
    [
      'The signature in {at} does not fit the label.',
      'What the SM2 signature covers is not what stands in the label: one of them was changed after signing.',
      'Ask the provider for the original file.',
    ],
    [
      '{at} 中的签名与标识不符。',
      'SM2 签名覆盖的内容与标识内容不一致：签名之后有一方被改动。',
      '请向提供者索取原始文件。',
    ],
  ),
  'security.signature.unsupported': entry(
    'info',
    [
      '{at} holds a signature that can’t be checked ({why}).',
      'It is of a kind this version does not know, or something it needs is missing. It was not counted.',
    ],
    ['{at} 中的签名无法校验（{why}）。', '该签名的形式本版本不支持，或缺少必要内容；未予采信。'],
  ),
  'security.data.opaque': entry(
    'info',
    [
      '{at} holds something that is no security data.',
      'Many services keep a number of their own there. It proves nothing.',
    ],
    ['{at} 中的内容不是安全数据。', '许多服务在此存放自己的编号；它不能证明任何事。'],
  ),
  'security.data.malformed': entry(
    'warning',
    [
      'The security data in {at} can’t be read: {what}.',
      'It was meant to be SecurityData of TC260-PG-202511A, but is damaged.',
      'Ask the provider for a correctly labelled copy.',
    ],
    [
      '{at} 中的安全数据无法读取：{what}。',
      '其内容应为 TC260-PG-202511A 的 SecurityData，但已损坏。',
      '请向提供者索取标识正确的副本。',
    ],
  ),
  'security.certificate.untrusted': entry(
    'info',
    [
      'The certificate of {subject} in {at} leads to no authority you trust.',
      'Anybody can make such a certificate. Its name is a claim.',
      'If you know the authority, add it with `yinji trust add`.',
    ],
    [
      '{at} 中 {subject} 的证书不通向您信任的机构。',
      '任何人都能制作这样的证书，其名称只是声称。',
      '如果您了解该机构，请用 `yinji trust add` 添加。',
    ],
  ),
  'security.certificate.unsuitable': entry(
    'warning',
    [
      'The certificate of {subject} in {at} must not sign content ({problem}).',
      'It was issued for another purpose or does not fit the profile, so it vouches for nothing here.',
      'Ask the provider to sign with a certificate that is meant for content.',
    ],
    [
      '{at} 中 {subject} 的证书不得用于内容签名（{problem}）。',
      '该证书用于其他目的或不符合规范，在此不能证明任何事。',
      '请提供者使用内容签名证书。',
    ],
  ),
  'security.certificate.expired': entry(
    'warning',
    [
      'The certificate of {subject} in {at} was valid until {notAfter}.',
      'Nothing tells when the label was signed, so an expired certificate no longer vouches for it.',
      'Ask the provider whether the file is theirs.',
    ],
    [
      '{at} 中 {subject} 的证书有效期至 {notAfter}。',
      '无从得知标识的签名时间，过期证书不再能证明其来源。',
      '请向提供者核实该文件。',
    ],
  ),
  'security.certificate.outlived': entry(
    'pass',
    [
      'The certificate of {subject} in {at} ended on {when} ({reason}); the label is older.',
      'A trusted time stamp of {time} is over a manifest that holds this very label, so it was signed while the certificate was good.',
    ],
    [
      '{at} 中 {subject} 的证书已于 {when} 终止（{reason}）；标识在此之前签署。',
      '{time} 的可信时间戳覆盖了载有该标识的清单，证明签署时证书有效。',
    ],
  ),
  'security.certificate.revoked': entry(
    'error',
    [
      'The certificate of {subject} in {at} was revoked on {when} ({reason}).',
      'The authority has taken the certificate back, and nothing shows that the label was signed before.',
      'Ask the provider for a copy with a new label.',
    ],
    [
      '{at} 中 {subject} 的证书已于 {when} 吊销（{reason}）。',
      '发证机构已收回该证书，且无法证明标识在此之前签署。',
      '请向提供者索取重新标识的副本。',
    ],
  ),
  'security.provider.disagree': entry(
    'error',
    [
      'The certificate in {at} belongs to {certificate}, the label names {provider}.',
      'Somebody signed a label in another provider’s name.',
      'Ask the provider that is named whether the file is theirs.',
    ],
    [
      '{at} 中的证书属于 {certificate}，而标识写的是 {provider}。',
      '有人以其他提供者的名义签署标识。',
      '请向标识中的提供者核实该文件。',
    ],
  ),
  'security.provider.unproven': entry(
    'warning',
    [
      'The certificate of {subject} does not say that {provider} is its code.',
      'The authority vouches for the name, not for the provider code in the label.',
      'Ask the provider for a certificate with its code, or bind its key with `yinji trust add --provider`.',
    ],
    [
      '{subject} 的证书未载明其编码为 {provider}。',
      '发证机构证明的是名称，而不是标识中的服务提供者编码。',
      '请提供者使用载有编码的证书，或用 `yinji trust add --provider` 绑定其密钥。',
    ],
  ),
  'security.key.foreign': entry(
    'error',
    [
      'The label names {provider}, but {at} is signed with a key that is not theirs.',
      'Your trust store names the keys of this provider, and this is none of them.',
      'Ask the provider whether the file is theirs; a new key must be added with `yinji trust`.',
    ],
    [
      '标识写的是 {provider}，但 {at} 的签名密钥不是其密钥。',
      '您的信任库列有该提供者的密钥，而此密钥不在其中。',
      '请向提供者核实该文件；新密钥须用 `yinji trust` 添加。',
    ],
  ),
  'security.content.intact': entry(
    'pass',
    [
      'The content is the one that {at} was signed for ({bytes} of {of} bytes compared).',
      'The SM3 hash that the provider signed fits the media data. What labelling itself rewrites is not part of it.',
    ],
    [
      '内容与 {at} 签署时一致（比对 {of} 字节中的 {bytes} 字节）。',
      '提供者签署的 SM3 杂凑值与媒体数据相符；标识本身会改写的部分不在其中。',
    ],
  ),
  'security.content.mismatch': entry(
    'error',
    [
      'The content is not the one that {at} was signed for.',
      'The SM3 hash that the provider signed does not fit: the content has changed, or the label was taken from another file.',
      'Ask the provider for the original file.',
    ],
    [
      '内容与 {at} 签署时不一致。',
      '提供者签署的 SM3 杂凑值不符：内容被改动，或标识取自其他文件。',
      '请向提供者索取原始文件。',
    ],
  ),
  'security.content.unsupported': entry(
    'info',
    ['{at} binds the content in a way this version does not know.', 'The hash was not compared.'],
    ['{at} 以本版本不支持的方式绑定内容。', '未比对杂凑值。'],
  ),
} as const
