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
      'Ask the authorities with `--online`, or give lists with `--crl` and OCSP answers with `--ocsp`.',
    ],
    [
      '无法检查 {subject} 的证书是否被吊销。',
      '您要求确认，但缺少各级发证机构的有效列表或应答。',
      '请用 `--online` 在线查询，或用 `--crl`、`--ocsp` 提供列表和应答。',
    ],
  ),
  'security.revocation.unchecked': entry(
    'unchecked',
    [
      'Whether the certificate of {subject} in {at} was revoked could not be checked.',
      'You asked for certainty, and there is no fresh list or answer of every authority up to the root.',
      'Ask the authorities with `--online`, or give lists with `--crl` and OCSP answers with `--ocsp`.',
    ],
    [
      '无法检查 {at} 中 {subject} 的证书是否被吊销。',
      '您要求确认，但缺少各级发证机构的有效列表或应答。',
      '请用 `--online` 在线查询，或用 `--crl`、`--ocsp` 提供列表和应答。',
    ],
  ),
  'manifest.revocation.stranger': entry(
    'warning',
    [
      'Somebody else speaks about the certificate of {subject} in the name of its authority.',
      'A revocation list or OCSP answer names the authority, but its signature is not of that authority. It was not heard.',
      'Find out where the list or answer comes from.',
    ],
    [
      '有人冒用发证机构名义说明 {subject} 的证书状态。',
      '吊销列表或 OCSP 应答冠以该机构之名，但签名并非该机构所作，未予采信。',
      '请查明该列表或应答的来源。',
    ],
  ),
  'manifest.revocation.unappointed': entry(
    'warning',
    [
      'An OCSP answer about {subject} is by somebody whom the authority did not appoint for that.',
      'Whoever answers in an authority’s place needs a certificate for OCSP signing (RFC 6960 4.2.2.2), valid at that time. It was not heard.',
      'Ask the authority for an answer of its own.',
    ],
    [
      '关于 {subject} 的 OCSP 应答由未获发证机构授权者作出。',
      '代替机构应答者须持有当时有效的 OCSP 签名证书（RFC 6960 4.2.2.2），未予采信。',
      '请向发证机构获取应答。',
    ],
  ),
  'manifest.revocation.stale': entry(
    'info',
    [
      'What is known about the revocation of {subject}’s certificate has run out.',
      'The authority has said something newer since, which is not at hand.',
      'Get the newest list or answer, or let it be asked with `verify --online`.',
    ],
    [
      '关于 {subject} 的证书的吊销信息已过期。',
      '发证机构此后已有更新的信息，但此处没有。',
      '请获取最新列表或应答，或用 `verify --online` 在线查询。',
    ],
  ),
  'manifest.revocation.unrecognized': entry(
    'warning',
    [
      'The authority says that it does not know the certificate of {subject}.',
      'Its OCSP answer is “unknown”: the authority has no record of having issued it, or is not the one to ask.',
      'Ask the authority whether it issued this certificate.',
    ],
    [
      '发证机构称不认识 {subject} 的证书。',
      '其 OCSP 应答为“未知”：该机构没有签发记录，或不是应询问的机构。',
      '请向发证机构核实是否签发过该证书。',
    ],
  ),
  'manifest.revocation.replayed': entry(
    'warning',
    [
      'What {url} said about {subject} is an old answer to somebody else.',
      'The answer repeats another number than the one that was asked with, so it could be from before a revocation. It was not heard.',
      'Find out who stands between here and the authority.',
    ],
    [
      '{url} 关于 {subject} 的应答是对他人的旧应答。',
      '应答中的随机数与请求不符，可能早于吊销，未予采信。',
      '请查明此处与发证机构之间存在何种中间环节。',
    ],
  ),
  'manifest.revocation.rollback': entry(
    'warning',
    [
      'The revocation list at {url} is older than one that was used here before.',
      'An older list could hide certificates that have been revoked since, so the newer one counts.',
      'Find out who stands between here and the authority.',
    ],
    [
      '{url} 的吊销列表比此前使用过的更旧。',
      '旧列表可能隐瞒此后吊销的证书，因此以较新的为准。',
      '请查明此处与发证机构之间存在何种中间环节。',
    ],
  ),
  'manifest.revocation.unreachable': entry(
    'info',
    [
      'Whether the certificate of {subject} was revoked was asked at {url} in vain: {problem}.',
      'The authority says in its certificates that it answers there.',
      'Try again later, or give lists with `--crl`.',
    ],
    [
      '向 {url} 查询 {subject} 的证书是否被吊销未获结果：{problem}。',
      '证书中写明发证机构在该处应答。',
      '请稍后重试，或用 `--crl` 提供列表。',
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
