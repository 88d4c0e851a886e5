/** Draws the contact sheet of labels, `docs/labels.png`: node --conditions=development --import tsx scripts/make-label-sheet.ts */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sheet } from '../packages/media/src/visible/sheet.test-kit.ts'

await writeFile(join(import.meta.dirname, '../docs/labels.png'), await sheet())
