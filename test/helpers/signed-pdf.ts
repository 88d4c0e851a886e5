/** A PDF with an approval signature as other programs make them (ISO 32000-1 12.8.1): a detached CMS over byte ranges. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const room = 8192
const noRange = '/ByteRange [0 0000000000 0000000000 0000000000]'

/** One empty page, one signature field, signed by a key made for it with openssl. */
export function signedPdf(): Uint8Array {
  const objects = [
    '<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R] /SigFlags 3>>>>',
    '<</Type /Pages /Kids [3 0 R] /Count 1>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Annots [4 0 R]>>',
    '<</Type /Annot /Subtype /Widget /FT /Sig /T (Approval) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 5 0 R>>',
    `<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached ${noRange} /Contents <${'0'.repeat(room * 2)}>>>`,
  ]
  let out = '%PDF-1.7\n'
  const rows = objects.map((object, index) => {
    const row = `${String(out.length).padStart(10, '0')} 00000 n \n`
    out += `${index + 1} 0 obj\n${object}\nendobj\n`
    return row
  })
  out += `xref\n0 6\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n${out.length}\n%%EOF\n`
  const from = out.indexOf('/Contents <') + '/Contents '.length
  const to = from + room * 2 + 2
  const numbers = [from, to, out.length - to].map((value) => String(value).padStart(10, '0'))
  const file = Buffer.from(out.replace(noRange, `/ByteRange [0 ${numbers.join(' ')}]`), 'latin1')
  const cms = sign(Buffer.concat([file.subarray(0, from), file.subarray(to)]))
  file.write(cms.toString('hex'), from + 1, 'latin1')
  return Uint8Array.from(file)
}

function sign(content: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'yinji-'))
  const at = (name: string) => join(folder, name)
  try {
    writeFileSync(at('content'), content)
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', at('key'), '-out', at('certificate')]
    const quiet = { stdio: 'ignore' } as const
    execFileSync('openssl', ['req', '-x509', '-subj', '/CN=Approver', '-days', '30', ...key], quiet)
    const who = ['-signer', at('certificate'), '-inkey', at('key'), '-md', 'sha256']
    const out = ['-outform', 'DER', '-out', at('cms')]
    execFileSync('openssl', ['cms', '-sign', '-binary', '-in', at('content'), ...who, ...out], quiet)
    return readFileSync(at('cms'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
