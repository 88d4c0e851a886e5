/** The parts of an EPUB: package documents, the order of reading, what protects it (EPUB 3.3 4.2 and 5). */
import type { Xml } from '../carriers/xml.ts'
import { ZipDamage } from '../carriers/zip.ts'
import type { Parts } from './package.ts'
import { attributeOf, elementsOf } from './xml-edit.ts'

/** Renditions of one publication; more than a few were never seen. */
const mostRenditions = 16

export interface PackageDocument {
  readonly path: string
  readonly xml: Xml
}

/** The package documents, the one that readers take first. @throws ZipDamage where there is none */
export async function packagesOf(parts: Parts): Promise<readonly [PackageDocument, ...PackageDocument[]]> {
  const container = await parts.sound('META-INF/container.xml')
  const paths = elementsOf(container, 'rootfile').flatMap(
    (element) => attributeOf(container, element, 'full-path') ?? [],
  )
  const packages: PackageDocument[] = []
  for (const path of [...new Set(paths)].slice(0, mostRenditions))
    packages.push({ path, xml: await parts.sound(path) })
  const [main, ...others] = packages
  if (main === undefined) throw new ZipDamage('no package document')
  return [main, ...others]
}

/** The documents of XHTML that are read one after the other, by name of their parts. @throws ZipDamage */
export async function spineOf(parts: Parts): Promise<readonly string[]> {
  const [{ path, xml }] = await packagesOf(parts)
  const items = new Map(
    elementsOf(xml, 'item').map((element) => [
      attributeOf(xml, element, 'id'),
      {
        href: attributeOf(xml, element, 'href') ?? '',
        type: attributeOf(xml, element, 'media-type') ?? '',
      },
    ]),
  )
  const references = elementsOf(xml, 'itemref').filter(
    (element) => attributeOf(xml, element, 'linear') !== 'no',
  )
  const names = references.flatMap((element) => {
    const item = items.get(attributeOf(xml, element, 'idref'))
    return item !== undefined && item.type === 'application/xhtml+xml' ? [resolved(path, item.href)] : []
  })
  return [...new Set(names)].filter((name) => parts.has(name))
}

function resolved(path: string, href: string): string {
  const base = new URL(path.split('/').map(encodeURIComponent).join('/'), 'epub://book/')
  try {
    return decodeURIComponent(new URL(href, base).pathname.slice(1))
  } catch {
    return ''
  }
}

/** Whether its content can't be read, or is vouched for. @throws ZipDamage */
export async function protectionOf(parts: Parts): Promise<{ encrypted: boolean; signed: boolean }> {
  return {
    encrypted: parts.has('META-INF/rights.xml') || (await hasCiphers(parts)),
    signed: parts.has('META-INF/signatures.xml'),
  }
}

/** Obfuscated fonts are listed as encrypted as well, and anybody can read those. */
async function hasCiphers(parts: Parts): Promise<boolean> {
  const encryption = await parts.xml('META-INF/encryption.xml')
  return elementsOf(encryption, 'EncryptionMethod').some((element) => {
    const algorithm = (encryption && attributeOf(encryption, element, 'Algorithm')) ?? ''
    return !/^http:\/\/(?:www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/.test(algorithm)
  })
}
