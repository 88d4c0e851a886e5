/** Depth maps, fonts and what it took (C2PA 18.22, 18.23, 18.26): in the form of the standard, or not at all. */
import { expect, test } from 'vitest'
import { judged, label, trusted } from '../helpers/stated.ts'

const depth = {
  'GDepth:Format': 'RangeInverse',
  'GDepth:Near': 29,
  'GDepth:Far': 878.7,
  'GDepth:Mime': 'image/jpeg',
  'GDepth:Data': 'hoOspQQ1lFTy/4Tp8Epx670E5QW5NwkNR+2b30KFXug=',
  'GDepth:Units': 'mm',
}
const font = {
  fullName: 'Example Font Bold Italic',
  version: '7.0.4-beta',
  versionUrl: 'https://fabrikam.example.com/release/efbi/7.0',
  releaseDate: '2017-05-06T00:00:00Z',
  familyName: 'ExampleFont',
  style: 'Italic',
  weight: { class: 'Bold', value: 700 },
  postScriptName: 'ExampleFont-BoldItalic',
  format: 'OpenType',
  copyrightNotice: '© 2017 Fabrikam, Inc.',
  copyrightYears: [1982, 2017],
  designers: [{ person: { name: 'John Doe' }, startDate: new Date('2016-01-02T03:04:05Z') }],
}
const took = {
  energy_kwh: { value: 0.25, measurementMethod: 'com.example.meter' },
  carbon_kgco2e: { value: 0 },
  water_litres: { value: 1.5 },
}
const [depthmap, info, footprint] = [
  'c2pa.depthmap.GDepth',
  'font.info',
  'c2pa.environmental-sustainability',
] as const

test('they are written as the schemas have them, and trusted by us and c2pa-rs', async () => {
  const assertions = [
    { label: depthmap, content: depth },
    { label: info, content: font },
    { label: footprint, content: took },
    { label: footprint, content: { energy_kwh: { value: 3 } } },
  ]
  const { content, verdicts } = await judged({ assertions })
  expect(verdicts).toEqual(trusted)
  const file = Buffer.from(content)
  const text = (name: string) => Buffer.concat([Buffer.of(0x60 | name.length), Buffer.from(name)])
  // 29.0 as a half float (RFC 8949 3.3), the date under tag 0.
  expect(file.includes(Buffer.concat([text('GDepth:Near'), Buffer.of(0xf9, 0x4f, 0x40)]))).toBe(true)
  for (const date of ['2017-05-06T00:00:00Z', '2016-01-02T03:04:05Z'])
    expect(file.includes(Buffer.concat([Buffer.of(0xc0), text(date)]))).toBe(true)
})

const without = <T extends object>(from: T, name: keyof T) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name))
const at = 'assertions[0].content'
test.each<[string, string, unknown, string, object]>([
  [
    'a depth map without data',
    depthmap,
    without(depth, 'GDepth:Data'),
    'missing',
    { at: `${at}.GDepth:Data` },
  ],
  ['data that is no base64', depthmap, { ...depth, 'GDepth:Data': 'x' }, 'invalid', { allowed: 'base64' }],
  ['a distance in words', depthmap, { ...depth, 'GDepth:Far': 'far' }, 'invalid', { at: `${at}.GDepth:Far` }],
  ['another unit', depthmap, { ...depth, 'GDepth:Units': 'ft' }, 'invalid', { allowed: 'm, mm' }],
  [
    'a field that is misspelt',
    depthmap,
    { ...depth, 'GDepth:near': 1 },
    'unknown',
    { at: `${at}.GDepth:near` },
  ],
  ['a depth map that is none', depthmap, 7, 'invalid', { at }],
  ['a font without a name', info, without(font, 'fullName'), 'missing', { at: `${at}.fullName` }],
  [
    'another weight',
    info,
    { ...font, weight: { class: 'Fat', value: 700 } },
    'invalid',
    { at: `${at}.weight.class` },
  ],
  [
    'no such weight',
    info,
    { ...font, weight: { class: 'Bold', value: 0 } },
    'invalid',
    { allowed: '1…1000' },
  ],
  [
    'a PostScript name with brackets',
    info,
    { ...font, postScriptName: 'A(b)' },
    'invalid',
    { at: `${at}.postScriptName` },
  ],
  ['a PostScript name that is too long', info, { ...font, postScriptName: 'x'.repeat(64) }, 'invalid', {}],
  ['no version', info, { ...font, version: '7.0' }, 'invalid', { at: `${at}.version` }],
  ['no day', info, { ...font, releaseDate: '2017' }, 'invalid', { at: `${at}.releaseDate` }],
  ['no year', info, { ...font, copyrightYears: ['2017'] }, 'invalid', { at: `${at}.copyrightYears[0]` }],
  ['nobody', info, { ...font, designers: [{}] }, 'missing', { at: `${at}.designers[0].person` }],
  ['less than nothing', footprint, { energy_kwh: { value: -1 } }, 'invalid', { allowed: 'number ≥ 0' }],
  ['a number alone', footprint, { energy_kwh: 1 }, 'invalid', { at: `${at}.energy_kwh` }],
  ['nothing measured', footprint, { water_litres: {} }, 'missing', { at: `${at}.water_litres.value` }],
  ['another measure', footprint, { energy_kWh: { value: 1 } }, 'unknown', { at: `${at}.energy_kWh` }],
  [
    'a method without a domain',
    footprint,
    { energy_kwh: { value: 1, measurementMethod: 'guess' } },
    'invalid',
    { at: `${at}.energy_kwh.measurementMethod` },
  ],
])('%s is refused', async (_, name, content, problem, details) => {
  const error = { code: `usage.field.${problem}`, details }
  await expect(label({ assertions: [{ label: name, content }] })).rejects.toMatchObject(error)
})

test('there is one font', async () => {
  const one = { label: info, content: font }
  await expect(label({ assertions: [one, one] })).rejects.toMatchObject({
    code: 'usage.field.invalid',
    details: { allowed: '1 × font.info' },
  })
})
