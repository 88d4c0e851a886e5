/** Codes of servers: what keeps them from starting. */
import { entry } from './entry.ts'

export const servingCodes = {
  'usage.address.unavailable': entry(
    'fault',
    [
      'Nobody can be served at {host}, port {port}: {problem}.',
      'Another program may be there already, the address may not be one of this machine, or a low port may need more rights.',
      'Choose another with `--port` or `--host`; `--port 0` takes one that is free.',
    ],
    [
      '无法在 {host} 端口 {port} 提供服务：{problem}。',
      '可能已被其他程序占用、该地址不属于本机，或低位端口需要更高权限。',
      '请用 `--port` 或 `--host` 另选；`--port 0` 自动选用空闲端口。',
    ],
  ),
  'usage.policy.invalid': entry(
    'fault',
    [
      '{policy} is no policy of a time-stamp authority.',
      'A policy is named by an object identifier: numbers with dots between them.',
      'Give one like `1.3.6.1.4.1.99999.1`, from your own arc, or leave it out.',
    ],
    [
      '{policy} 不是时间戳策略。',
      '策略用对象标识符表示，即以点分隔的数字。',
      '请给出您自己的标识符，例如 `1.3.6.1.4.1.99999.1`，或省略。',
    ],
  ),
  'sign.certificate.stamps': entry(
    'fault',
    [
      'The certificate can’t stamp times: {problem}.',
      'A time-stamp authority has a certificate that is for nothing else (RFC 3161 2.3).',
      'Have one issued: `yinji ca issue --for timestamp`.',
    ],
    [
      '该证书不能用于签发时间戳：{problem}。',
      '时间戳机构须使用专用证书（RFC 3161 2.3）。',
      '请签发一张：`yinji ca issue --for timestamp`。',
    ],
  ),
} as const
