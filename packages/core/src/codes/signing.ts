/** Codes about signing: identities, keys, certificates, signers that live elsewhere; what fails before a file is written. */
import { entry } from './entry.ts'

export const signingCodes = {
  'usage.signer.invalid': entry(
    'fault',
    [
      'The signer is not described rightly: {problem}.',
      'It says where the key is and how to have something signed with it.',
      'Correct config.json of the identity.',
    ],
    [
      '签名器的描述有误：{problem}。',
      '它说明密钥在哪里以及如何用它签名。',
      '请更正身份目录中的 config.json。',
    ],
  ),
  'sign.staple.failed': entry(
    'fault',
    [
      'The authority’s word that the certificate is good could not be had: {problem}.',
      'It was to be carried along, so nothing was signed.',
      'Try again later, or go without: `--staple`, `staple` in config.json, `--certificate-status`.',
    ],
    [
      '未能取得发证机构关于证书有效的应答：{problem}。',
      '该应答本应随附，因此未签名。',
      '请稍后重试，或不要求随附：`--staple`、config.json 中的 `staple`、`--certificate-status`。',
    ],
  ),
  'sign.session.expired': entry(
    'fault',
    [
      'The key of the live video ran out at {until}; the segment was not signed.',
      'A key that signs segments is good for a time, so that a stolen one is of little use.',
      'Start again with the initialization segment: `live`, with `first` one above the last number.',
    ],
    [
      '直播视频的密钥已于 {until} 到期，分片未签名。',
      '签署分片的密钥只在一段时间内有效，以降低密钥被盗的危害。',
      '请用初始化分片重新调用 `live`，并将 `first` 设为上一序号加一。',
    ],
  ),
  'sign.certificate.revoked': entry(
    'fault',
    [
      'The certificate {subject} was revoked on {when} ({reason}); nothing was signed.',
      'Nobody who asks its authority would believe a signature of it.',
      'Ask the authority for a new certificate; what was signed with it needs looking at: `yinji verify --online`.',
    ],
    [
      '证书 {subject} 已于 {when} 吊销（{reason}），未签名。',
      '任何向发证机构查询的人都不会采信其签名。',
      '请向发证机构申请新证书；已用其签名的内容请用 `yinji verify --online` 查验。',
    ],
  ),
  'sign.passphrase.needed': entry(
    'fault',
    [
      'A passphrase is needed to open {path}.',
      'The key in it is encrypted.',
      'Set YINJI_PASSPHRASE, or name a file with `--passphrase-file`.',
    ],
    [
      '打开 {path} 需要口令。',
      '其中的密钥已加密。',
      '请设置 YINJI_PASSPHRASE，或用 `--passphrase-file` 指定口令文件。',
    ],
  ),
  'sign.container.unreadable': entry(
    'fault',
    [
      'The PKCS #12 file can’t be used: {problem}.',
      'It must hold one private key and its certificates, and open with the passphrase given.',
      'Check file and passphrase; `openssl pkcs12 -info -in FILE` shows what is in it.',
    ],
    [
      '无法使用 PKCS #12 文件：{problem}。',
      '文件中应有一个私钥及其证书，并能用所给口令打开。',
      '请检查文件和口令；`openssl pkcs12 -info -in 文件` 可显示其内容。',
    ],
  ),
  'sign.external.failed': entry(
    'fault',
    [
      'The signer did not sign: {problem}.',
      'The key lives outside this program, and whoever holds it answered with an error. Nothing was written.',
      'Look at the signer and try again.',
    ],
    [
      '签名器未能签名：{problem}。',
      '密钥不在本程序内，其持有方返回了错误。未写入任何内容。',
      '请检查签名器后重试。',
    ],
  ),
  'sign.external.wrong': entry(
    'fault',
    [
      'The signer’s answer is no {algorithm} signature of the certificate’s key: {problem}.',
      'A file signed with it would not verify, so nothing was written.',
      'Compare the key the signer uses with the certificate, and the algorithm with {algorithm}.',
    ],
    [
      '签名器返回的不是证书密钥的 {algorithm} 签名：{problem}。',
      '这样签名的文件无法通过验证，因此未写入任何内容。',
      '请核对签名器所用密钥与证书，以及算法是否为 {algorithm}。',
    ],
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
      'Signing needs a private key in PEM form, and its passphrase if it has one.',
      'Restore the key file, or make a new identity with `yinji init`.',
    ],
    [
      '密钥无法使用：{problem}。',
      '签名需要 PEM 格式的私钥；私钥受口令保护时还需要口令。',
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
} as const
