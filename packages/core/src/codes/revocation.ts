/** Codes about certificates that have been taken back (RFC 5280 5, RFC 6960). */
import { entry } from './entry.ts'

export const revocationCodes = {
  'manifest.certificate.revoked': entry(
    'error',
    [
      'The certificate of {subject} was revoked on {when} ({reason}).',
      'The authority has taken it back, and no trusted time stamp shows that the signature is from before.',
      'Ask the signer for a copy that is signed anew.',
    ],
    [
      '{subject} 的证书已于 {when} 吊销（{reason}）。',
      '发证机构已收回该证书，且没有可信时间戳证明签名在此之前完成。',
      '请向签名者索取重新签名的副本。',
    ],
  ),
  'manifest.revocation.good': entry(
    'pass',
    [
      'The certificate of {subject} has not been revoked.',
      'A fresh revocation list or OCSP answer of its authority says so, for every certificate up to the root.',
    ],
    ['{subject} 的证书未被吊销。', '其发证机构的有效吊销列表或 OCSP 应答已逐级确认。'],
  ),
  'manifest.revocation.unknown': entry(
    'info',
    [
      'Whether the certificate of {subject} was revoked can’t be told from the lists at hand.',
      'None of them is fresh, about it, and signed by its authority. It was let pass.',
      'Get a new list from the authority, or ask for certainty with `--revocation hard`.',
    ],
    [
      '根据现有列表无法判断 {subject} 的证书是否被吊销。',
      '没有一份列表有效、与其相关且由其发证机构签名；已放行。',
      '请向发证机构获取新列表，或用 `--revocation hard` 要求确认。',
    ],
  ),
  'manifest.revocation.unchecked': entry(
    'unchecked',
    [
      'Whether the certificate of {subject} was revoked could not be checked.',
      'You asked for certainty, and there is no fresh list or answer of every authority up to the root.',
      'Give the lists with `--crl`, or OCSP answers with `--ocsp`.',
    ],
    [
      '无法检查 {subject} 的证书是否被吊销。',
      '您要求确认，但缺少各级发证机构的有效列表或应答。',
      '请用 `--crl` 提供列表，或用 `--ocsp` 提供 OCSP 应答。',
    ],
  ),
  'security.revocation.unchecked': entry(
    'unchecked',
    [
      'Whether the certificate of {subject} in {at} was revoked could not be checked.',
      'You asked for certainty, and there is no fresh list or answer of every authority up to the root.',
      'Give the lists with `--crl`, or OCSP answers with `--ocsp`.',
    ],
    [
      '无法检查 {at} 中 {subject} 的证书是否被吊销。',
      '您要求确认，但缺少各级发证机构的有效列表或应答。',
      '请用 `--crl` 提供列表，或用 `--ocsp` 提供 OCSP 应答。',
    ],
  ),
  'usage.crl.unreadable': entry(
    'fault',
    [
      '{path} is no revocation list or OCSP response that can be used.',
      'A list must be complete, of version 2 and numbered (RFC 5280 5); a response must be a successful basic one.',
      'Get the file again from the authority.',
    ],
    [
      '{path} 不是可用的吊销列表或 OCSP 应答。',
      '列表须完整、为第 2 版且带编号（RFC 5280 第 5 章）；应答须为成功的基本应答。',
      '请向发证机构重新获取。',
    ],
  ),
  'usage.crl.rollback': entry(
    'fault',
    [
      'The revocation list {path} is older than one that was used here before ({got} after {have}).',
      'An older list could hide certificates that have been revoked since, so it is refused.',
      'Get the newest list from the authority.',
    ],
    [
      '吊销列表 {path} 比此前使用过的更旧（已用 {have}，收到 {got}）。',
      '旧列表可能隐瞒此后吊销的证书，因此拒绝。',
      '请向发证机构获取最新列表。',
    ],
  ),
} as const
