/** OFD (GB/T 33190-2016): the AIGC field as custom data of the document information (7.4). */

import { binaryText } from '../carriers/binary.ts'
import { contentOf, escapeXml, type Xml } from '../carriers/xml.ts'
import { ofdLabeller } from '../visible/labellers.ts'
import { mainPart, protectionOf } from './ofd-parts.ts'
import { isZip, type Labelling, type Parts, packageHandler } from './package.ts'
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

const site = 'OFD.xml CustomData AIGC'

export const ofd = packageHandler({
  id: 'ofd',
  mediaTypes: ['application/ofd', 'application/vnd.ofd'],
  extensions: ['ofd'],
  site,
  visible: ofdLabeller,
  matches: (head, name = '') => isZip(head) && (holdsMain(head) || /\.ofd$/i.test(name)),
  open,
})

/** Whether the header of the main entry stands in these bytes. */
function holdsMain(head: Uint8Array): boolean {
  const at = binaryText(head).indexOf(mainPart)
  return at >= 30 && isZip(head.subarray(at - 30))
}

async function open(parts: Parts): Promise<Labelling> {
  const main = await parts.sound(mainPart)
  return {
    labels: labelled(main).map((element) => ({
      site,
      standard: attributeOf(main, element, 'Name') === 'AIGC',
      value: contentOf(main.text, element).trim(),
    })),
    ...(await protectionOf(parts)),
    changing: new Set([mainPart]),
    write: async (aigc) => new Map([[mainPart, withLabel(main, aigc)]]),
  }
}

function labelled(main: Xml) {
  return elementsOf(main, 'CustomData').filter((element) => isAigc(attributeOf(main, element, 'Name')))
}

/** `CustomDatas` is the last child of `DocInfo`. */
function withLabel(main: Xml, aigc: string): string {
  const info = requireElement(main, 'DocInfo')
  const prefix = prefixOf(info)
  const data = `<${prefix}CustomData Name="AIGC">${escapeXml(aigc)}</${prefix}CustomData>`
  const list = elementsOf(main, 'CustomDatas').find(({ start, end }) => start > info.start && end <= info.end)
  const place = list
    ? append(main, list, data)
    : append(main, info, `<${prefix}CustomDatas>${data}</${prefix}CustomDatas>`)
  return applyEdits(main.text, [...labelled(main).map(cut), place])
}
