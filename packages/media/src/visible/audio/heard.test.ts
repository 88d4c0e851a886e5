/** The label is heard again, whatever was done to the sound; and not where there is none. */
import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { output } from '../../programs.test-kit.ts'
import { sounds } from './sounds.test-kit.ts'

const { inside, make, generate, label, look } = sounds()
const convert = (from: string, to: string, ...args: readonly string[]) =>
  output('ffmpeg', '-v', 'error', '-i', inside(from), ...args, inside(to))

describe('the label is heard again', () => {
  const spoken = new Map<string, string>()
  beforeAll(async () => {
    make('plain.wav', '-c:a', 'pcm_s16le')
    for (const sound of ['rhythm', 'voice'] as const)
      for (const language of ['zh', 'en'] as const)
        spoken.set(`${sound}-${language}`, (await label('plain.wav', { sound, language })).out)
  })
  const through = {
    'MP3 of 64 kbit/s': ['bits.mp3', '-b:a', '64k'],
    '16 kHz': ['rate.wav', '-ar', '16000'],
    'a level 20 dB lower': ['level.wav', '-af', 'volume=-20dB'],
    'a telephone': ['telephone.wav', '-ar', '8000', '-ac', '1', '-c:a', 'pcm_u8'],
  } as const

  test.each(Object.entries(through))('through %s', async (_, [name, ...args]) => {
    expect(spoken.size).toBe(4)
    for (const [what, out] of spoken) {
      const heard = `${what}-${name}`
      convert(out, heard, ...args)
      const [sound, language] = what.split('-')
      const seen = await look(heard)
      expect(seen?.findings.map(({ code }) => code)).toEqual([`visible.sound.${sound}.present`])
      if (sound === 'voice') expect(seen?.text).toMatch(language === 'zh' ? /人工智能/ : /AI/)
    }
  })

  test('as rhythms of other pitch, speed and letter gap', async () => {
    const cases = [
      [440, 0.08, 1],
      [700, 0.15, 3],
      [1500, 0.1, 7],
      [2400, 0.25, 2],
    ] as const
    for (const [pitch, unit, letter] of cases) {
      const starts = [0, 2, 5 + letter, 7 + letter].map((units) => 0.5 + units * unit)
      const marks = starts
        .map((at, index) => `between(t\\,${at}\\,${at + unit * (index === 1 ? 3 : 1)})`)
        .join('+')
      const rhythm = `aevalsrc=0.2*sin(2*PI*${pitch}*t)*(${marks}):duration=6:sample_rate=22050`
      generate(`${pitch}.wav`, rhythm)
      expect((await look(`${pitch}.wav`))?.findings[0]).toMatchObject({
        code: 'visible.sound.rhythm.present',
      })
    }
  })

  test('in the middle of a long sound, where the beginning is lost and the end is far', async () => {
    const tone = 'aevalsrc=0.1*sin(2*PI*330*t)*gt(mod(t\\,3)\\,1):duration=400:sample_rate=8000'
    generate('long.wav', tone)
    const { out } = await label('long.wav', { every: 90 })
    // Labels at 90, 180, 270 and 360 s; the record names how far apart they are.
    convert(out, 'cut.wav', '-ss', '50', '-t', '290')
    const seen = await look('cut.wav', { previous: { text: 'AI生成', position: 'auto', every: 90 } })
    expect(seen?.state).toBe('present')
    expect(seen?.findings.every(({ data }) => /^[23]:/.test(String(data?.['at'])))).toBe(true)
    convert('long.wav', 'long.flac')
    expect(await look('long.flac')).toMatchObject({
      state: 'absent',
      findings: [{ data: { where: '0:00.0–0:30.0, 2:45.0–3:55.0, 6:10.0–6:40.0' } }],
    })
  })

  test('and not where there is none', async () => {
    expect(await look('plain.wav')).toMatchObject({ state: 'absent' })
    const beeps = 'aevalsrc=0.2*sin(2*PI*1000*t)*lt(mod(t\\,0.5)\\,0.25):duration=20:sample_rate=16000'
    const noise = 'anoisesrc=d=10:c=pink:a=0.3'
    for (const [name, source] of Object.entries({ beeps, noise, silence: 'anullsrc=d=5' })) {
      generate(`${name}.wav`, source)
      expect(await look(`${name}.wav`)).toMatchObject({ state: 'absent' })
    }
  })

  test('or nobody listened, when it can’t be decoded', async () => {
    writeFileSync(inside('broken.mp3'), Buffer.alloc(4000, 0x55))
    expect(await look('broken.mp3')).toMatchObject({ state: 'unchecked' })
    writeFileSync(inside('broken.wav'), 'RIFF')
    expect(await look('broken.wav')).toMatchObject({ state: 'unchecked' })
  })
})
