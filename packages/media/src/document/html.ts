/**
 * HTML and XHTML: the AIGC field as `<meta name="AIGC" content='…'>` and the manifest as
 * `<script type="application/c2pa">` (C2PA A.7), both at the end of the head, so that a declaration of the
 * character set keeps its place within the first 1024 bytes.
 */
import {
  type Finding,
  type Found,
  type FoundLabel,
  finding,
  limits,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import { damageFindings } from '../carriers/faults.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { unescapeXml } from '../carriers/xml.ts'
import { htmlLabeller } from '../visible/html.ts'
import { foreignEncoding, requireHtml, wideEncoding } from './html-bytes.ts'
import { type HtmlDocument, type HtmlSite, readHtml } from './html-document.ts'
import { HtmlScanner } from './html-scan.ts'
import { spliceHtml } from './html-splice.ts'

const metaSite = 'head meta AIGC'
const scriptSite = 'head script'

export const html: MediaHandler = {
  id: 'html',
  medium: 'document',
  mediaTypes: ['text/html', 'application/xhtml+xml'],
  extensions: ['html', 'htm', 'xhtml', 'xht'],
  slots: { aigc: metaSite, manifest: { place: scriptSite, binding: 'data' } },
  matches,
  read,
  splice: async (source, edit) => spliceHtml(await requireHtml(source), edit),
  update: (source, store) => updateInPlace(html, source, store.byteLength),
  visible: htmlLabeller,
}

/** By its first tag; where that could be anything's, such as `<div>`, the name decides. */
function matches(head: Uint8Array, name = ''): boolean {
  if (wideEncoding(head) !== undefined)
    return /^\s*<(?:!doctype html|html)\b/i.test(binaryText(head).replace(/\0/g, '').slice(2))
  const text = binaryText(head)
  const start = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  if (/^\s*<!doctype\s+html\b/i.test(text.slice(start, start + 256))) return true
  const scanner = new HtmlScanner(text.slice(start), { xml: text.startsWith('<?xml', start) })
  const first = scanner.next()
  if (first?.kind === 'tag' && !first.tag.closing && /^(?:html|head|body)$/.test(first.tag.name)) return true
  return (
    /\.x?html?$/i.test(name) &&
    !text.includes('\0') &&
    (first?.kind === 'tag' || scanner.damage !== undefined)
  )
}

async function read(source: Source): Promise<Found> {
  if (source.size > limits.textBytes)
    return nothing(finding('asset.size.exceeded', { data: { bytes: source.size, most: limits.textBytes } }))
  const bytes = await source.read(0, source.size)
  const encoding = foreignEncoding(bytes)
  if (encoding !== undefined) return nothing(finding('asset.encoding.unsupported', { data: { encoding } }))
  const document = readHtml(bytes)
  const { metas, damage, body } = document
  const labels = metas.map(labelOf)
  const manifest = manifestOf(document)
  return {
    labels,
    properties: [],
    ...manifest,
    ...(body.visible === undefined ? {} : { visible: body.visible }),
    findings: [
      ...manifest.findings,
      ...(body.visible === undefined
        ? []
        : [finding('visible.text.present', { data: { text: body.visible } })]),
      ...damageFindings(damage),
    ],
  }
}

function nothing(...findings: Finding[]): Found {
  return { labels: [], properties: [], findings }
}

function labelOf({ tag, inHead }: HtmlSite): FoundLabel {
  const named = /^AIGC$/.test(tag.attributes.get('name') ?? '')
  const site = `${inHead ? 'head' : 'body'} meta ${tag.attributes.has('name') ? 'AIGC' : 'property AIGC'}`
  return { site, standard: inHead && named, value: unescapeXml(tag.attributes.get('content') ?? '') }
}

/** One manifest, in the head; of several, or one and a link to one, none could be told to be the right one (A.7.1). */
function manifestOf({ text, scripts, links }: HtmlDocument): Pick<Found, 'manifest' | 'findings'> {
  const count = scripts.length + links.length
  if (count > 1) {
    const data = { status: 'manifest.html.multipleManifests', count }
    return { findings: [finding('manifest.text.multiple', { data })] }
  }
  const findings: Finding[] = links.map(({ tag }) => {
    const url = unescapeXml(tag.attributes.get('href') ?? '').slice(0, 2048)
    return finding('manifest.text.external', { at: 'link', data: { url } })
  })
  const [script] = scripts
  if (script === undefined) return { findings }
  const { tag, inHead } = script
  const store = inHead ? decode(text.slice(tag.end, tag.contentEnd)) : undefined
  if (store === undefined) {
    const at = inHead ? scriptSite : 'body script'
    return { findings: [...findings, finding('manifest.text.damaged', { at, data: { what: at } })] }
  }
  const excluded = { start: tag.start, length: tag.elementEnd - tag.start }
  const whole =
    bare.test(text.slice(tag.start, tag.end)) && bareEnd.test(text.slice(tag.contentEnd, tag.elementEnd))
  if (!whole)
    findings.push(finding('manifest.binding.partial', { at: scriptSite, data: { what: '<script …>' } }))
  return { manifest: { site: scriptSite, store, excluded, binding: 'data' }, findings }
}

/**
 * The whole element is left out of the hash, and a store can be made smaller without breaking its signature: with `style` or
 * `onfocus` beside `type`, what has become free could cover the page, or run.
 */
const bare = /^<script[ \t\n\f\r]+type[ \t\n\f\r]*=[ \t\n\f\r]*(["']?)application\/c2pa\1[ \t\n\f\r]*>$/i
/** An end tag may have attributes too, and a quote that one of them opens would swallow what follows (WHATWG 13.2.5.36). */
const bareEnd = /^<\/script[ \t\n\f\r]*>$/i

/** Strict base64: one spelling for each store, white space around it aside. */
function decode(content: string): Uint8Array | undefined {
  const base64 = content.trim()
  if (base64.length > Math.ceil(limits.manifestBytes / 3) * 4) return undefined
  const store = Buffer.from(base64, 'base64')
  return store.byteLength > 0 && store.toString('base64') === base64 ? new Uint8Array(store) : undefined
}
