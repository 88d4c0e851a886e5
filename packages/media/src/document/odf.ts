/**
 * OpenDocument (ISO/IEC 26300): the AIGC field as user-defined metadata (part 3, 4.3.2.21) in `meta.xml`. C2PA A.6 puts a
 * manifest into `META-INF`, where OpenDocument allows nothing but its own manifest and signatures (1.2 part 3, 2.2.1):
 * LibreOffice takes such a file for broken. So it stands beside the file; one that is inside is read.
 */
import type { MediaHandler, VisibleLabeller } from '@yinji/core'
import { contentOf, escapeXml, scanXml, type Xml } from '../carriers/xml.ts'
import { odgLabeller, odpLabeller, odsLabeller, odtLabeller } from '../visible/labellers.ts'
import { manifestPart, protectionOf } from './odf-parts.ts'
import { declaredType, isZip, type Labelling, type Parts, packageHandler } from './package.ts'
import { append, applyEdits, attributeOf, cut, elementsOf, isAigc, requireElement } from './xml-edit.ts'

const site = 'meta.xml AIGC'
const metaPart = 'meta.xml'
const metaNamespace = 'urn:oasis:names:tc:opendocument:xmlns:meta:1.0'

export const odt = openDocument('odt', 'text', ['odt', 'ott'], odtLabeller)
export const ods = openDocument('ods', 'spreadsheet', ['ods', 'ots'], odsLabeller)
export const odp = openDocument('odp', 'presentation', ['odp', 'otp'], odpLabeller)
export const odg = openDocument('odg', 'graphics', ['odg', 'otg'], odgLabeller)

function openDocument(
  id: string,
  kind: string,
  extensions: readonly [string, ...string[]],
  visible: VisibleLabeller,
): MediaHandler {
  const type = `application/vnd.oasis.opendocument.${kind}`
  return packageHandler({
    id,
    mediaTypes: [type, `${type}-template`],
    extensions,
    site,
    forbidsManifest: true,
    visible,
    matches: (head, name = '') => {
      const declared = declaredType(head)
      if (declared !== undefined) return declared === type || declared === `${type}-template`
      return isZip(head) && extensions.includes(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
    },
    open,
  })
}

async function open(parts: Parts): Promise<Labelling> {
  const { encrypted, signed } = await protectionOf(parts)
  const meta = parts.has(metaPart) && !encrypted ? await parts.sound(metaPart) : undefined
  return {
    labels: labelled(meta).map((element) => ({
      site,
      standard: meta !== undefined && attributeOf(meta, element, 'name') === 'AIGC',
      value: contentOf(meta?.text ?? '', element).trim(),
    })),
    encrypted,
    signed,
    changing: new Set([metaPart, manifestPart]),
    write: async (aigc) => {
      const written = new Map([[metaPart, withLabel(meta ?? skeleton, aigc)]])
      if (meta === undefined) written.set(manifestPart, withEntry(await parts.sound(manifestPart)))
      return written
    },
  }
}

function labelled(meta: Xml | undefined) {
  return elementsOf(meta, 'user-defined').filter(
    (element) => meta && isAigc(attributeOf(meta, element, 'name')),
  )
}

const skeleton = scanXml(
  `<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="${metaNamespace}" office:version="1.2"><office:meta></office:meta></office:document-meta>`,
)

function withLabel(meta: Xml, aigc: string): string {
  // The prefix is declared on the spot, whatever the document around means by it.
  const markup = `<meta:user-defined xmlns:meta="${metaNamespace}" meta:name="AIGC">${escapeXml(aigc)}</meta:user-defined>`
  const place = append(meta, requireElement(meta, 'meta'), markup)
  return applyEdits(meta.text, [...labelled(meta).map(cut), place])
}

function withEntry(manifest: Xml): string {
  const root = requireElement(manifest, 'manifest')
  const prefix = root.name.slice(0, root.name.indexOf(':') + 1)
  if (
    elementsOf(manifest, 'file-entry').some(
      (element) => attributeOf(manifest, element, 'full-path') === metaPart,
    )
  )
    return manifest.text
  const markup = `<${prefix}file-entry ${prefix}full-path="${metaPart}" ${prefix}media-type="text/xml"/>`
  return applyEdits(manifest.text, [append(manifest, root, markup)])
}
