/** An editor stands behind a picture, and signs it beside the service that made it: npx tsx examples/named-actor.ts photo.jpg */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'

const [photo = 'fixtures/photo.jpg'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'yinji-example-'))

// Whoever has a certificate for documents can take part; her key may lie anywhere (`createHttpSigner`, …).
const acme = await createIdentity(join(folder, 'acme'), { provider: 'Acme AI' })
const jane = await createIdentity(join(folder, 'jane'), { provider: 'Jane Doe' })

await using yinji = createToolkit({ identity: acme })
const { content } = await yinji.label(
  await readFile(photo),
  {},
  { visible: false, identities: [{ signer: jane.signer, roles: ['cawg.editor'] }] },
)

// Who may vouch for people is said apart from who may vouch for services.
await using reviewer = createToolkit({ trust: [acme.anchor], identityTrust: [jane.anchor] })
const { verdict, identities } = await reviewer.verify(content)
console.log(verdict)
for (const { name, roles, trust } of identities) console.log(name, '·', roles.join(', '), '·', trust)
