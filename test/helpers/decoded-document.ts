/** What a document shows, by programs we did not write, labels and manifests left aside. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Text and pages of a PDF, elements of an HTML page, entries of a package. Throws when a checker objects. */
export async function documentDigest(path: string): Promise<string> {
  const bytes = await readFile(path)
  if (bytes.includes('%PDF-')) return pdfDigest(path)
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return packageDigest(path)
  return htmlDigest(path)
}

async function pdfDigest(path: string): Promise<string> {
  await run('qpdf', ['--check', '--warning-exit-0', path])
  const pages = await run('pdftoppm', ['-r', '40', path], { encoding: 'buffer', maxBuffer: 1 << 28 })
  const text = await run('pdftotext', ['-layout', path, '-'])
  return digest(pages.stdout, text.stdout)
}

/** The tree that libxml2's HTML parser builds, without our elements and the white space between elements. */
async function htmlDigest(path: string): Promise<string> {
  const { stdout } = await run('xmllint', ['--html', '--nowarning', '--recover', '--encode', 'UTF-8', path])
  const ours = /<meta name="AIGC"[^>]*>|<script type="application\/c2pa">[^<]*<\/script>/g
  return digest(stdout.replace(ours, '').replace(/\s+/g, ' ').replace(/> </g, '><'))
}

/** Every entry but those that labels are written into. */
async function packageDigest(path: string): Promise<string> {
  await run('unzip', ['-tq', path])
  const { stdout } = await run('unzip', ['-Z1', path])
  const carriers =
    /^(?:docProps\/custom\.xml|_rels\/\.rels|\[Content_Types\]\.xml|meta\.xml|OFD\.xml|.*\.opf|META-INF\/content_credential\.c2pa)$/
  const names = stdout.split('\n').filter((name) => name !== '' && !carriers.test(name))
  const contents: (string | Buffer)[] = []
  for (const name of names.sort()) {
    const plain = name.replace(/[[\]*?\\]/g, '\\$&')
    const entry = await run('unzip', ['-p', path, plain], { encoding: 'buffer', maxBuffer: 1 << 28 })
    contents.push(name, entry.stdout)
  }
  return digest(...contents)
}

function digest(...pieces: (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
