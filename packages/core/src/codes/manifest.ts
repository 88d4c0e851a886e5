/** Codes about the signed manifest (C2PA). */
import { entry } from './entry.ts'

export const manifestCodes = {
  'manifest.content.intact': entry(
    'pass',
    ['The content is what was signed.', 'The hash in the manifest equals the hash of the content.'],
    ['内容与签名时一致。', '清单中的哈希值与内容的哈希值相等。'],
  ),
  'manifest.signer.trusted': entry(
    'pass',
    ['The signer {subject} is trusted.', 'Its certificate leads to a trust anchor.'],
    ['签名者 {subject} 可信。', '其证书可追溯到信任锚。'],
  ),
} as const
