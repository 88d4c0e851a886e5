/** Our crJSON beside that of c2pa-rs, field by field, over files of others: what differs, and why. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { crJsonByC2pa } from '../oracles/c2pa.ts'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')

interface Difference {
  readonly only: 'ours' | 'theirs'
  readonly field: RegExp
  readonly reason: string
}

const differences: readonly Difference[] = [
  {
    only: 'theirs',
    field: /\.explanation$/,
    reason: 'the words for what was found stand in the report, in two languages',
  },
  { only: 'theirs', field: /\.pad$/, reason: 'an empty pad is written where the file has none' },
  {
    only: 'theirs',
    field: /\.claim\.claim_generator_info\[\]\.name$/,
    reason: 'claims of version 1 without this field are given one; ours are as they stand in the file',
  },
  {
    only: 'theirs',
    field: /\.parameters\.ingredient\.hash$/,
    reason: 'an early writer kept this hash as a list of numbers; it is shown as it stands',
  },
  {
    only: 'ours',
    field: /\.timeStampInfo\.timestamp$/,
    reason: 'the time of a stamp is told even where the signature does not hold, which the results say',
  },
  { only: 'ours', field: /\.parameters\.ingredient\.hash\[\]$/, reason: 'the same hash, as it stands' },
  {
    only: 'theirs',
    field:
      /\.ingredientDeltas\[\]\.(?:ingredientAssertionURI|validationDeltas\.informational\[\]\.(?:code|url))$/,
    reason:
      'an ingredient without manifest has none that could differ; that it has none stands in the results',
  },
]

/** Paths of all values, without the numbers of lists. */
function fields(value: unknown, path = '', found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const member of value) fields(member, `${path}[]`, found)
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) fields(member, `${path}.${key}`, found)
  else found.add(path)
  return found
}

const files = readdirSync(join(corpus, 'c2pa')).filter((name) => name.endsWith('.jpg'))
/** c2pa-rs gives up on files that have no manifest, or one that can’t be read. */
const nothing = () => ({ manifests: [] })
const seen = new Set<Difference>()

describe('crJSON of files by others', () => {
  test.each(files)('%s has the fields that c2pa-rs writes, but for those with a reason', async (file) => {
    const bytes = new Uint8Array(readFileSync(join(corpus, 'c2pa', file)))
    const theirs = fields(await crJsonByC2pa(bytes, 'image/jpeg').catch(nothing))
    const { crJson } = await createToolkit().inspect(bytes, { name: basename(file) })
    const ours = fields(crJson)
    const unexplained = (only: Difference['only'], mine: Set<string>, other: Set<string>) =>
      [...mine].filter((path) => {
        if (other.has(path)) return false
        const known = differences.find((one) => one.only === only && one.field.test(path))
        if (known) seen.add(known)
        return known === undefined
      })
    expect(unexplained('theirs', theirs, ours)).toEqual([])
    if (theirs.size > 0) expect(unexplained('ours', ours, theirs)).toEqual([])
  })

  test('differs in nothing else that is on the list', () => {
    expect(differences.filter((difference) => !seen.has(difference))).toEqual([])
    expect(differences.length).toBeLessThan(10)
  })

  test('tells time and authority of a stamp as c2pa-rs does', async () => {
    const bytes = new Uint8Array(readFileSync(join(corpus, 'c2pa', 'C.jpg')))
    const stamps = (document: unknown) => {
      const [{ signature }] = (document as { manifests: [{ signature: { timeStampInfo: Info } }] }).manifests
      const { timestamp, certificateInfo } = signature.timeStampInfo
      const { validity, serialNumber, ...names } = certificateInfo
      const times = [timestamp, validity.notBefore, validity.notAfter].map((time) => +new Date(time))
      return { times, names, serial: BigInt(`0x${serialNumber}`) }
    }
    const { crJson } = await createToolkit().inspect(bytes, { name: 'C.jpg' })
    expect(stamps(crJson)).toEqual(stamps(await crJsonByC2pa(bytes, 'image/jpeg')))
  })
})

interface Info {
  readonly timestamp: string
  readonly certificateInfo: {
    readonly serialNumber: string
    readonly validity: { readonly notBefore: string; readonly notAfter: string }
  }
}
