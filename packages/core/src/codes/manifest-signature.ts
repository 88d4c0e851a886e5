/** Codes about who signed a manifest, with which certificate and when (C2PA 14, 15.7). `data.status` as in `manifest.ts`. */
import { askSigner, askSignerZh, newer, newerZh, reportProducer, reportProducerZh } from './advice.ts'
import { entry } from './entry.ts'

export const manifestSignatureCodes = {
  'manifest.signer.trusted': entry(
    'pass',
    ['The signer {subject} is trusted.', 'Its certificate leads to a trust anchor.'],
    ['签名者 {subject} 可信。', '其证书可追溯到信任锚。'],
  ),
  'manifest.signature.missing': entry(
    'error',
    ['The manifest is not signed.', 'The claim names a signature that is not in the manifest.', askSigner],
    ['清单没有签名。', '声明所指的签名不在清单中。', askSignerZh],
  ),
  'manifest.signature.malformed': entry(
    'error',
    [
      'The signature can’t be read ({what}).',
      'What stands in its place is no COSE signature as C2PA asks for.',
      reportProducer,
    ],
    ['签名无法读取（{what}）。', '该位置的内容不是 C2PA 要求的 COSE 签名。', reportProducerZh],
  ),
  'manifest.signature.mismatch': entry(
    'error',
    [
      'The signature does not belong to this claim.',
      'The claim was changed after signing, or it was signed with another key than the certificate’s.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '签名与声明不符。',
      '声明在签名后被更改，或签名所用密钥与证书不对应。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.signature.algorithm': entry(
    'unchecked',
    [
      'The signature uses an algorithm this software does not know ({algorithm}).',
      'It could not be checked, so nothing can be said for or against the file.',
      newer,
    ],
    ['签名使用了本软件不支持的算法（{algorithm}）。', '无法检查，因此不能作出判断。', newerZh],
  ),
  'manifest.signer.untrusted': entry(
    'warning',
    [
      'The signer {subject} is not known here.',
      'The signature holds, but its certificate leads to none of the trust anchors. That says nothing bad about the content.',
      'If you know the signer, give its root certificate with `--trust`.',
    ],
    [
      '此处不认识签名者 {subject}。',
      '签名有效，但其证书无法追溯到任何信任锚。这并不说明内容有问题。',
      '如果您认识签名者，请用 `--trust` 提供其根证书。',
    ],
  ),
  'manifest.certificate.malformed': entry(
    'error',
    [
      'The signer’s certificate can’t be read.',
      'It is no X.509 certificate, or one that readers could understand differently.',
      askSigner,
    ],
    ['签名者证书无法读取。', '它不是 X.509 证书，或其编码可能被不同程序作不同理解。', askSignerZh],
  ),
  'manifest.certificate.profile': entry(
    'error',
    [
      'The certificate of {subject} may not sign content: {problem}.',
      'It does not meet the certificate profile of C2PA 14.5, so its signature counts for nothing.',
      'Ask the signer for a copy signed with a suitable certificate.',
    ],
    [
      '{subject} 的证书不得用于签署内容：{problem}。',
      '不符合 C2PA 14.5 的证书要求，其签名无效。',
      '请签名者用合格的证书重新签名。',
    ],
  ),
  'manifest.certificate.expired': entry(
    'error',
    [
      'The certificate of {subject} expired on {notAfter}.',
      'Without a time stamp nobody can tell whether the signature was made before that day. It says nothing about a change of the content.',
      'Ask the signer for a copy that is signed again or has a time stamp.',
    ],
    [
      '{subject} 的证书已于 {notAfter} 过期。',
      '没有时间戳，无法确定签名是否在此之前作出。这并不表示内容有改动。',
      '请签名者重新签名或提供带时间戳的副本。',
    ],
  ),
  'manifest.certificate.future': entry(
    'error',
    [
      'The certificate of {subject} is not valid before {notBefore}.',
      'Either the clock of this machine is wrong or the certificate is.',
      'Check date and time of this machine.',
    ],
    ['{subject} 的证书在 {notBefore} 之前无效。', '本机时钟或该证书有误。', '请检查本机的日期和时间。'],
  ),
  'manifest.timestamp.needed': entry(
    'unchecked',
    [
      'The certificate of {subject} expired on {notAfter}; a time stamp may show that it was valid when it signed.',
      'The stamp is by an authority that is not known here, so the question stays open.',
      'If you know the authority, give its root certificate as a time-stamp anchor.',
    ],
    [
      '{subject} 的证书已于 {notAfter} 过期，时间戳可能证明签名时证书有效。',
      '此处不认识出具时间戳的机构，因此无法判断。',
      '如果您认识该机构，请将其根证书作为时间戳信任锚提供。',
    ],
  ),
} as const
