/** Codes about time stamps (RFC 3161): when something was signed at the latest, by the word of a third party. */
import { entry } from './entry.ts'

const askSigner = 'Ask the signer for a copy with a new time stamp.'
const askSignerZh = '请签名者提供带有新时间戳的副本。'

export const timestampCodes = {
  'manifest.timestamp.trusted': entry(
    'pass',
    [
      'It was signed by {time}, says the time-stamp authority {authority}.',
      'The authority is trusted, so the certificate is judged at that time, even after it has run out.',
    ],
    [
      '时间戳机构 {authority} 证明：签名不晚于 {time}。',
      '该机构可信，因此按该时间判断证书，即使证书此后已过期。',
    ],
  ),
  'manifest.timestamp.untrusted': entry(
    'info',
    [
      'There is a time stamp of {time} by an authority that is not known here ({authority}).',
      'It is made for this signature, but whether that authority is honest can’t be told. It was not relied on.',
      'If you know the authority, give its root certificate as a time-stamp anchor.',
    ],
    [
      '签名带有 {time} 的时间戳，但此处不认识该时间戳机构（{authority}）。',
      '时间戳确为此签名所作，但无法判断该机构是否可信，因此未予采用。',
      '如果您认识该机构，请将其根证书作为时间戳信任锚提供。',
    ],
  ),
  'manifest.timestamp.invalid': entry(
    'warning',
    [
      'The time stamp does not hold ({what}).',
      'It was not relied on; the certificate is judged at the present time, as if there were no stamp.',
      askSigner,
    ],
    ['时间戳无效（{what}）。', '未予采用；视同没有时间戳，按当前时间判断证书。', askSignerZh],
  ),
  'manifest.timestamp.unsuitable': entry(
    'warning',
    [
      'The time stamp was made with a certificate that is not for that ({what}).',
      'It was not relied on; the certificate is judged at the present time, as if there were no stamp.',
      askSigner,
    ],
    [
      '时间戳所用证书不能用于时间戳（{what}）。',
      '未予采用；视同没有时间戳，按当前时间判断证书。',
      askSignerZh,
    ],
  ),
  'manifest.timestamp.expired': entry(
    'warning',
    [
      'The time stamp was made when the certificate of its authority was not valid.',
      'It was not relied on; the certificate is judged at the present time, as if there were no stamp.',
      askSigner,
    ],
    ['时间戳是在其机构证书无效期间签发的。', '未予采用；视同没有时间戳，按当前时间判断证书。', askSignerZh],
  ),
  'sign.timestamp.failed': entry(
    'fault',
    [
      'There is no time stamp: {problem}.',
      'A label with a time stamp was asked for, so nothing was written without one.',
      'Try again later, or sign without and stamp afterwards: `yinji update --stamp`.',
    ],
    [
      '未能取得时间戳：{problem}。',
      '已要求带时间戳的标识，因此没有时间戳就不写入。',
      '请稍后重试，或先签名、之后再用 `yinji update --stamp` 加时间戳。',
    ],
  ),
  'usage.timestamp.address': entry(
    'fault',
    [
      'This is no address of a time-stamp authority: {url}.',
      'Time stamps are asked for over HTTP (RFC 3161). Nothing was signed.',
      'Give an address that begins with `http://` or `https://`, with `--timestamp` or as `timestamp` in config.json.',
    ],
    [
      '这不是时间戳机构的地址：{url}。',
      '时间戳通过 HTTP 请求（RFC 3161）。未签名。',
      '请用 `--timestamp` 或 config.json 的 `timestamp` 给出以 `http://` 或 `https://` 开头的地址。',
    ],
  ),
} as const
