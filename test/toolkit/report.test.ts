/** The report is what other programs build on: its shape is checked against its own schema on every kind of file. */
import { reportJsonSchema, reportSchema } from '@yinji/core'
import { createToolkit, version } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import manifest from '../../packages/toolkit/package.json' with { type: 'json' }
import { fixtureBytes, fixturePath, fixtures } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'

const identity = await testIdentity()

describe('the report', () => {
  test.each(fixtures())(
    'of $path has the shape it says, and the verdict that is expected',
    async ({ path, verdict }) => {
      const report = await createToolkit().verify(fixturePath(path))
      expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
      expect(report.verdict).toBe(verdict)
    },
  )

  test('of a signed file has the shape it says', async () => {
    const toolkit = createToolkit({ identity })
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'), { contentId: 'x-1' })
    const report = await toolkit.verify(content, { name: 'photo.jpg' })
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report).toMatchObject({
      schema: 'yinji.report/1',
      asset: { name: 'photo.jpg', mediaType: 'image/jpeg', handler: 'jpeg', bytes: content.length },
      layers: {
        metadata: 'present',
        manifest: 'present',
        visible: 'unchecked',
        watermark: 'absent',
        sidecar: 'absent',
      },
      signer: { organization: 'Acme AI', trust: 'trusted', algorithm: 'ES256' },
      history: [{ action: 'c2pa.created' }, { action: 'c2pa.addedText' }],
    })
  })

  test('of empty and of unknown content says that it could not be checked', async () => {
    const empty = await createToolkit().verify(new Uint8Array())
    expect(empty).toMatchObject({ verdict: 'unchecked', findings: [{ code: 'asset.empty' }] })
    const noise = Uint8Array.from({ length: 1000 }, (_, i) => (i * 89 + 200) % 256)
    const unknown = await createToolkit().verify(noise)
    expect(unknown).toMatchObject({ verdict: 'unchecked', findings: [{ code: 'asset.type.unsupported' }] })
  })

  test('notices a name that says another type', async () => {
    const report = await createToolkit().verify(fixtureBytes('photo.jpg'), { name: 'photo.png' })
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'asset.extension.mismatch',
        data: { extension: 'png', actual: 'image/jpeg' },
      }),
    )
  })

  test('can be had as JSON Schema', () => {
    expect(reportJsonSchema()).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['verdict', 'findings']),
    })
  })

  test('the version that is written into manifests is that of the package', () => {
    expect(version).toBe(manifest.version)
  })
})
