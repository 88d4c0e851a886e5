/** For tests only: PDF files written by hand and by qpdf. */
import { readFileSync } from 'node:fs'
import { binaryBytes } from '../carriers/binary.ts'
import { folder, run } from '../programs.test-kit.ts'

/** A file from objects numbered from 1, the catalog first. */
export function pdfOf(objects: readonly string[], trailer = ''): Uint8Array {
  let out = '%PDF-1.7\n'
  const rows = objects.map((object, index) => {
    const row = `${String(out.length).padStart(10, '0')} 00000 n \n`
    out += `${index + 1} 0 obj\n${object}\nendobj\n`
    return row
  })
  const count = objects.length + 1
  const end = `xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size ${count} /Root 1 0 R${trailer}>>\nstartxref\n${out.length}\n%%EOF\n`
  return binaryBytes(out + end)
}

export const stream = (body: string, head = '') =>
  `<<${head} /Length ${body.length}>>\nstream\n${body}\nendstream`

/** What qpdf makes of a file, and a folder for PDF. */
export function pdfTools() {
  const { inside, saved } = folder('pdf')
  return {
    inside,
    saved,
    qpdf(file: Uint8Array, ...options: readonly string[]): Uint8Array {
      const output = inside('made.pdf')
      run('qpdf', '--warning-exit-0', ...options, saved(file), output)
      return new Uint8Array(readFileSync(output))
    },
  }
}
