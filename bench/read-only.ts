/** Reading and nothing else: the manifest found, checked and held against the content. What c2pa-rs does when it reads. */
import { defaultHandlers, openFile } from '@yinji/media'
import { type Trust, validateManifest } from '@yinji/provenance'

export async function readFileManifest(path: string, trust: Trust): Promise<void> {
  await using source = await openFile(path)
  const head = await source.read(0, 4096)
  const handler = defaultHandlers.find((candidate) => candidate.matches(head, source.name))
  const { manifest: found } = (await handler?.read(source)) ?? {}
  if (found === undefined) throw new Error(`no manifest in ${path}`)
  const { findings } = await validateManifest({ found, source, trust, now: new Date() })
  if (!findings.some(({ code }) => code === 'manifest.content.intact'))
    throw new Error(`${path} is not intact`)
}
