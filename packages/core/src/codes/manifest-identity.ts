/** Codes about who else stands behind the content: identity assertions (CAWG Identity Assertion 1.3). `data.status` as in `manifest.ts`. */
import { entry } from './entry.ts'

export const manifestIdentityCodes = {
  'manifest.identity.trusted': entry(
    'pass',
    [
      '{name} stands behind it too, and is trusted.',
      'The identity assertion holds, and its certificate leads to a trust anchor for identities.',
    ],
    ['{name} 同为内容负责，且可信。', '身份断言有效，其证书可追溯到身份信任锚。'],
  ),
  'manifest.identity.untrusted': entry(
    'info',
    [
      '{name} stands behind it too, and is not known here ({reason}).',
      'The identity assertion holds, but nobody who is trusted for identities vouches for the name. That says nothing bad about the content.',
      'If you know who vouches for it, add that root certificate: `yinji trust add ROOT.pem --purpose identity`.',
    ],
    [
      '{name} 同为内容负责，但此处不认识（{reason}）。',
      '身份断言有效，但没有受信任的身份机构为该名称作保。这并不说明内容有问题。',
      '如果您认识为其作保的机构，请添加其根证书：`yinji trust add ROOT.pem --purpose identity`。',
    ],
  ),
  'manifest.identity.unchecked': entry(
    'warning',
    [
      'Whether {name} stands behind it too could not be checked ({reason}).',
      'The manifest says who else stands behind the content, in a way that can’t be checked here. The content and its signer are told apart from that.',
      'Do not rely on that name.',
    ],
    [
      '无法检查 {name} 是否同为内容负责（{reason}）。',
      '清单中写有还有谁为内容负责，但其方式无法在此检查。内容及其签名者的结论不受影响。',
      '请勿采信该名称。',
    ],
  ),
  'manifest.identity.invalid': entry(
    'warning',
    [
      'That {name} stands behind it too does not hold ({reason}).',
      'The manifest says who else stands behind the content, and what should prove it does not. The content and its signer are told apart from that.',
      'Do not rely on that name.',
    ],
    [
      '{name} 同为内容负责的说法不成立（{reason}）。',
      '清单中写有还有谁为内容负责，但其证明无效。内容及其签名者的结论不受影响。',
      '请勿采信该名称。',
    ],
  ),
} as const
