/** Signing and nothing else, file to file: no look before, no label, no read-back. What c2pa-rs does when it signs. */
import { aigcOf, parseRecord, splicedSize } from '@yinji/core'
import { defaultHandlers, openFile } from '@yinji/media'
import { draftManifest } from '@yinji/provenance'
import type { Identity } from '@yinji/toolkit'
import { writeSplice } from '../packages/toolkit/src/splice.ts'
import { FileTarget } from '../packages/toolkit/src/target.ts'

export async function signFile(from: string, to: string, { provider, signer }: Identity): Promise<void> {
  await using source = await openFile(from)
  const head = await source.read(0, 4096)
  const handler = defaultHandlers.find((candidate) => candidate.matches(head, source.name))
  const kind = handler?.slots.manifest?.binding
  if (!handler || (kind !== 'data' && kind !== 'bmff')) throw new Error(`no place for a manifest in ${from}`)
  const record = parseRecord({ provider, contentId: 'bench', createdAt: new Date().toISOString() })
  const draft = draftManifest(
    {
      record,
      aigc: aigcOf(record),
      mediaType: handler.mediaTypes[0],
      title: source.name,
      generator: { name: 'bench', version: '1' },
    },
    kind,
    signer,
  )
  const splice = await handler.splice(source, { room: draft.size })
  const file = await FileTarget.create(to, { mode: 0o666, size: splicedSize(splice.parts) })
  try {
    await writeSplice({ source, splice, draft }, file)
    await using written = await file.finish()
    await file.commit({ replace: true })
    void written
  } finally {
    await file.discard()
  }
}
