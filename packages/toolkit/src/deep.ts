/** The second opinion of `--deep`: what exiftool sees about AI in a file and the handlers did not. */
import { type EvidenceItem, evidenceTable, type Finding, type FoundProperty, finding } from '@yinji/core'
import type { SecondReader } from '@yinji/media'

/** @param path absolute */
export async function secondOpinion(
  reader: Pick<SecondReader, 'read'>,
  path: string,
  items: readonly EvidenceItem[],
): Promise<Finding[]> {
  try {
    const tags = await reader.read(path)
    const known = new Set(items.map(({ id }) => id))
    const told = new Set<string>()
    return tags.flatMap((tag) => {
      const row = rowOf(tag)
      // One remark for each kind of sign: exiftool lists many a tag under several names.
      if (row === undefined || known.has(row.id) || told.has(row.id)) return []
      told.add(row.id)
      return [finding('metadata.deep.seen', { at: tag.site, data: { tag: tag.name, what: row.tool } })]
    })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    return [finding('metadata.deep.unchecked', { data: { reason: reason.slice(0, 200) } })]
  }
}

/** A single tag that is worth a remark, wherever exiftool found it; its groups are not our slots. */
function rowOf({ name, value }: FoundProperty) {
  if (/^AIGC(?:Label)?$/i.test(name) && value.trim() !== '')
    return evidenceTable.find(({ id }) => id === 'gb45438.aigc')
  return evidenceTable.find(
    (row) =>
      row.by === 'properties' &&
      row.class !== 'D' &&
      row.signs.length === 1 &&
      row.signs[0].names.some((wanted) => wanted.toLowerCase() === name.toLowerCase()) &&
      row.signs[0].patterns.every((pattern) => pattern.test(value)),
  )
}
