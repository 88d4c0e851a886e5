/** What a platform may ask of an upload: is it AI, who says so, and how well is that supported? */
import { openAsBlob } from 'node:fs'
import { createToolkit, type Report } from '@yinji/toolkit'

await using yinji = createToolkit({ trust: [] }) // the anchors your platform has decided to trust

const upload = await openAsBlob('fixtures/photo.jpg') // or the File of a form
const report = await yinji.verify(upload, { name: 'photo.jpg' })
console.log(notice(report))

function notice({ verdict, origin }: Report): string {
  switch (verdict) {
    case 'trusted':
    case 'valid':
      return `Show “AI-generated, says ${origin?.provider ?? 'the signer'}”: the content is what was signed.`
    case 'labeled':
      return `Show “declared as AI-generated”: the label is there (${origin?.involvement}), but nobody signed it.`
    case 'unlabeled':
      return 'Show nothing. A missing label is no proof of human work.'
    case 'invalid':
      return 'Hold it back: the file contradicts what was signed about it.'
    case 'unchecked':
      return 'Ask a person: the file could not be checked.'
  }
}
