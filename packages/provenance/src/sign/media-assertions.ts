/** What is measured and said of pictures, fonts and their making: depth maps, fonts, what it took (C2PA 18.22, 18.23, 18.26). */
import { encodeTime, Float } from '../encoding/cbor.ts'
import { type Form, form, list, matching, members, number, object, oneOf, text, time } from './form.ts'

const base64 = form(
  (value) =>
    typeof value === 'string' && value !== '' && Buffer.from(value, 'base64').toString('base64') === value,
  'base64',
)
const picture = oneOf(['image/jpeg', 'image/png'])

/** Pre-computed, and captured by optics (C2PA 18.22). */
const depthMap = object(
  {
    'GDepth:Format': oneOf(['RangeInverse', 'RangeLinear']),
    'GDepth:Near': number,
    'GDepth:Far': number,
    'GDepth:Mime': picture,
    'GDepth:Data': base64,
  },
  {
    'GDepth:Units': oneOf(['m', 'mm']),
    'GDepth:MeasureType': oneOf(['OpticalAxis', 'OpticRay']),
    'GDepth:ConfidenceMime': picture,
    'GDepth:Confidence': base64,
    'GDepth:Manufacturer': text,
    'GDepth:Model': text,
    'GDepth:Software': text,
    'GDepth:ImageWidth': number,
    'GDepth:ImageHeight': number,
    metadata: members,
  },
)
const measures = ['Near', 'Far', 'ImageWidth', 'ImageHeight'].map((name) => `GDepth:${name}`)

const address = matching(/^https?:\/\/[-\w@:%.+~#=]{2,256}\.[a-z]{2,6}\b[-\w@:%+.~#?&/=]*$/, 'https://…')
const version = matching(
  /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/,
  '1.0.0, 7.0.4-beta, …',
)
const within = (least: number, most: number): Form =>
  form(
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
    `${least}…${most}`,
  )
const somebody = object({ name: text }, { url: address })
const designer = object(
  { person: somebody },
  { foundry: somebody, contribution: text, startDate: time, endDate: time },
)
const weights =
  `Microline Hairline UltraThin ExtraThin Thin UltraLight ExtraLight Light SemiLight Book Normal Regular Medium
  DemiBold SemiBold Bold Heavy ExtraBold UltraBold SemiBlack Black ExtraBlack UltraBlack MegaBlack`.split(
    /\s+/,
  )

/** A font (C2PA 18.23). */
const font = object(
  {
    fullName: text,
    familyName: text,
    style: oneOf(['Normal', 'Italic', 'Oblique', 'Roman', 'Regular']),
    weight: object({ class: oneOf(weights), value: within(1, 1000) }),
    postScriptName: matching(/^(?!.*[[\](){}<>/%])[!-~]{1,63}$/, 'ASCII 33…126 ≠ [](){}<>/%, 1…63'),
    format: oneOf(['TrueType', 'OpenType']),
    copyrightNotice: text,
  },
  {
    version,
    versionUrl: address,
    releaseDate: time,
    copyrightHolder: somebody,
    copyrightYears: list(within(1, 9999), 1),
    designers: list(designer, 1),
    designFoundry: somebody,
    sourceFoundry: somebody,
    identifier: text,
    metadata: members,
  },
)

/** What it took (C2PA 18.26), of which there are words and no schema: kilowatt-hours, kilograms of CO2 equivalent, litres. */
const measured = object(
  { value: form((value) => Number.isFinite(value) && Number(value) >= 0, 'number ≥ 0') },
  { measurementMethod: matching(/^[\w-]+(?:\.[\w-]+)+$/, 'com.example.…') },
)
const footprint = object(
  {},
  { energy_kwh: measured, carbon_kgco2e: measured, water_litres: measured, metadata: members },
)

export const mediaForms: readonly (readonly [label: string, form: Form])[] = [
  ['c2pa.depthmap.GDepth', depthMap],
  ['font.info', font],
  ['c2pa.environmental-sustainability', footprint],
]

/** Measures of depth maps are floats and dates of fonts stand under their tag, however they were given. */
export function spelledOut(label: string, content: unknown): unknown {
  const given = content as Readonly<Record<string, unknown>>
  if (label === 'c2pa.depthmap.GDepth') return changed(given, measures, (value) => new Float(value as number))
  if (label !== 'font.info') return content
  const designers = given['designers'] as Readonly<Record<string, unknown>>[] | undefined
  const dated = changed(given, ['releaseDate'], dateOf)
  return designers
    ? { ...dated, designers: designers.map((one) => changed(one, ['startDate', 'endDate'], dateOf)) }
    : dated
}

const dateOf = (value: unknown) => encodeTime(new Date(value as string | Date))

function changed(
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
  to: (value: unknown) => unknown,
) {
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    names.includes(key) && value !== undefined ? to(value) : value,
  ])
  return Object.fromEntries(entries) as Record<string, unknown>
}
