/** For tests only: a live video of ffmpeg with segment info that a session key signed, and what is said of it. */
import { bytesSource, judge, type Source } from '@yinji/core'
import { createTrust } from '../../trust/trust.ts'
import { film } from '../content/fragments.test-kit.ts'
import type { Signed } from '../forge.test-kit.ts'
import { issue, issuing, now, pem, root } from '../issue.test-kit.ts'
import { validateManifest } from '../validate.ts'
import { entryOf, type InfoShape, sessionKeys, signInfo, signWhole, testKey } from './live.test-kit.ts'

export const [init = Buffer.of(), ...media] = film('hls')
const trust = createTrust({ anchors: [pem(root)] })
export const key = testKey()
export const other = testKey('key-2')
export const stranger = issue({ subject: 'Somebody Else' }, issuing)
export const elsewhere = issue({ subject: 'Nobody Knows', ca: true })

async function* sources(segments: readonly Uint8Array[]): AsyncGenerator<Source> {
  for (const [index, bytes] of segments.entries()) yield bytesSource(bytes, `seg${index + 1}.m4s`)
}

export async function check(
  { bytes, found }: Signed,
  segments: readonly Uint8Array[] | undefined,
  moment = now,
) {
  const fragments = segments && sources(segments)
  const options = { found, source: bytesSource(bytes, 'init.mp4'), fragments, trust, now: moment }
  const { findings, results } = await validateManifest(options)
  const said = (code: string) => findings.find((finding) => finding.code === code)?.data
  const bad = findings.filter(({ level }) => level === 'error' || level === 'unchecked')
  return {
    verdict: judge(findings),
    bad: bad.map(({ code }) => code),
    said,
    statuses: results.failure.map(({ code }) => code),
  }
}

export const of = <T>(list: readonly T[], index: number): T => {
  const found = list.at(index)
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}
export const flip = (bytes: Uint8Array, from: number) => {
  const copy = Buffer.from(bytes)
  copy[from < 0 ? copy.length + from : from] = of([...copy], from) ^ 1
  return copy
}

/** A beginning that names the session key, and segments with info that it signed. */
export const head = signWhole(init, { assertions: [sessionKeys(entryOf(key))] })
export const segments = media.map((bytes) => signInfo(bytes, key))
export const withInfo = (index: number, shape: InfoShape, by = key) =>
  segments.with(index, signInfo(of(media, index), by, shape))
