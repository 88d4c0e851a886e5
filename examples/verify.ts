/** Verifies files against trust anchors of your choice: npx tsx examples/verify.ts ANCHORS.pem FILE… */
import { readFile } from 'node:fs/promises'
import { createToolkit, describe } from '@yinji/toolkit'

const [anchors, ...files] = process.argv.slice(2)
await using yinji = createToolkit({ trust: anchors ? [await readFile(anchors, 'utf8')] : [] })

for (const file of files.length > 0 ? files : ['fixtures/photo.jpg']) {
  const report = await yinji.verify(file)
  console.log(report.verdict, '·', file)
  for (const { code, level, data } of report.findings) {
    const { title, next } = describe(code, data ?? {}, 'en')
    console.log(`  ${level}: ${title}${next && ` ${next}`}`)
  }
}
