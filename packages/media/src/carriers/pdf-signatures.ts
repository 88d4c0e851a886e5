/** Signatures in form fields of a PDF (ISO 32000-2 12.7.5.5, 12.8). */
import { limits } from '@yinji/core'
import type { PdfFile } from './pdf-file.ts'
import { listOf, PdfDamage } from './pdf-object.ts'
import { nameOf, type PdfDictionary } from './pdf-values.ts'

/** Whether a field holds a signature: then somebody vouches for what is on the pages. @throws PdfDamage */
export async function isSigned(file: PdfFile, catalog: PdfDictionary): Promise<boolean> {
  const form = await file.dictionary(catalog.entries.get('AcroForm'))
  const seen = new Set<number>()
  const pending = [...listOf(await file.resolve(form?.entries.get('Fields')))].map((field) => ({
    field,
    type: '',
  }))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { field } = next
    if (field.kind === 'reference' && seen.has(field.number)) continue
    if (field.kind === 'reference') seen.add(field.number)
    if (seen.size > limits.items) throw new PdfDamage('too many form fields')
    const value = await file.dictionary(field)
    const type = nameOf(await file.resolve(value?.entries.get('FT'))) ?? next.type
    if (type === 'Sig' && (await file.dictionary(value?.entries.get('V')))) return true
    const kids = listOf(await file.resolve(value?.entries.get('Kids')))
    pending.push(...kids.map((kid) => ({ field: kid, type })))
  }
  return false
}
