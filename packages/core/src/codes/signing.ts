/** Codes about signing with keys that live elsewhere, and about time stamps: what fails before a file is written. */
import { entry } from './entry.ts'

export const signingCodes = {
  'usage.signer.invalid': entry(
    'fault',
    [
      'The signer is not described rightly: {problem}.',
      'It says where the key is and how to have something signed with it.',
      'Correct `signer` in config.json of the identity.',
    ],
    [
      '签名器的描述有误：{problem}。',
      '它说明密钥在哪里以及如何用它签名。',
      '请更正身份目录中 config.json 的 `signer`。',
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
} as const
