/** The parts of an OpenDocument package, and what protects it (ISO/IEC 26300, part 3). */
import type { Parts } from './package.ts'
import { elementsOf } from './xml-edit.ts'

export const contentPart = 'content.xml'
export const stylesPart = 'styles.xml'
export const manifestPart = 'META-INF/manifest.xml'

/** Whether its content can't be read, or is vouched for. @throws ZipDamage */
export async function protectionOf(parts: Parts): Promise<{ encrypted: boolean; signed: boolean }> {
  const manifest = await parts.xml(manifestPart)
  return {
    encrypted: parts.has('encrypted-package') || elementsOf(manifest, 'encryption-data').length > 0,
    signed: parts.has('META-INF/documentsignatures.xml'),
  }
}
