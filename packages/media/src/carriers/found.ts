/** What was found in the places of a file, and how they make a whole. */
import type { Found, FoundLabel } from '@yinji/core'
import type { ExifText } from './exif.ts'

/** What stands in one place. */
export type FoundHere = Pick<Found, 'labels' | 'properties' | 'findings'>

/** All of it, place by place. */
export function together(places: readonly Partial<FoundHere>[]): FoundHere {
  return {
    labels: places.flatMap(({ labels = [] }) => labels),
    properties: places.flatMap(({ properties = [] }) => properties),
    findings: places.flatMap(({ findings = [] }) => findings),
  }
}

/** Fields in a text where the format has no slot for them. */
export function labelsElsewhere(site: string, fields: readonly { readonly value: string }[]): FoundLabel[] {
  return fields.map(({ value }) => ({ site, standard: false, value }))
}

/** Fields in Exif; no standard names a slot there. */
export function exifLabels(site: string, texts: readonly ExifText[]): FoundLabel[] {
  return texts.flatMap(({ tag, fields }) => labelsElsewhere(`${site} ${tag}`, fields))
}
