/** EPUB 2 and 3: the AIGC field as a `meta` of the package document; the `mimetype` entry stays first and stored. */
import { contentOf, escapeXml, type Xml, type XmlElement } from '../carriers/xml.ts'
import { epubLabeller } from '../visible/epub.ts'
import { packagesOf, protectionOf } from './epub-parts.ts'
import { declaredType, isZip, type Labelling, type Parts, packageHandler } from './package.ts'
import {
  append,
  applyEdits,
  attributeOf,
  cut,
  elementsOf,
  isAigc,
  prefixOf,
  requireElement,
} from './xml-edit.ts'

const type = 'application/epub+zip'
const site = 'package metadata AIGC'

export const epub = packageHandler({
  id: 'epub',
  mediaTypes: [type],
  extensions: ['epub'],
  site,
  matches: (head, name = '') =>
    declaredType(head) === type || (isZip(head) && declaredType(head) === undefined && /\.epub$/i.test(name)),
  open,
  visible: epubLabeller,
})

async function open(parts: Parts): Promise<Labelling> {
  const packages = await packagesOf(parts)
  const [main] = packages
  return {
    labels: packages.flatMap(({ path, xml }) =>
      labelled(xml).map((element) => ({
        site: path === main.path ? site : `${path.slice(0, 128)} AIGC`,
        standard: path === main.path && isStandard(xml, element),
        value: (attributeOf(xml, element, 'content') ?? contentOf(xml.text, element)).trim(),
      })),
    ),
    ...(await protectionOf(parts)),
    changing: new Set(packages.map(({ path }) => path)),
    write: async (aigc) => {
      const written = new Map<string, string>()
      for (const { path, xml } of packages) {
        const cuts = labelled(xml).map(cut)
        if (path === main.path) {
          const metadata = requireElement(xml, 'metadata')
          written.set(
            path,
            applyEdits(xml.text, [...cuts, append(xml, metadata, markup(xml, metadata, aigc))]),
          )
        } else if (cuts.length > 0) written.set(path, applyEdits(xml.text, cuts))
      }
      return written
    },
  }
}

function labelled(xml: Xml): XmlElement[] {
  return elementsOf(xml, 'meta').filter(
    (element) => isAigc(attributeOf(xml, element, 'property')) || isAigc(attributeOf(xml, element, 'name')),
  )
}

function isStandard(xml: Xml, element: XmlElement): boolean {
  return attributeOf(xml, element, isOld(xml) ? 'name' : 'property') === 'AIGC'
}

/** EPUB 2 knows no `property`; its `meta` has name and content. */
function isOld(xml: Xml): boolean {
  const root = elementsOf(xml, 'package')[0]
  return root !== undefined && /^[12]\./.test(attributeOf(xml, root, 'version') ?? '')
}

function markup(xml: Xml, metadata: XmlElement, aigc: string): string {
  const tag = `${prefixOf(metadata)}meta`
  const text = escapeXml(aigc)
  return isOld(xml)
    ? `<${tag} name="AIGC" content="${text.replaceAll('"', '&quot;')}"/>`
    : `<${tag} property="AIGC">${text}</${tag}>`
}
