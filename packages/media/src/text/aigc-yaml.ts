/** The AIGC field as a YAML mapping (TC260-PG-20258A): written in one way, read in every way seen so far. */
import { aigcKeys, limits } from '@yinji/core'
import type { Node } from 'yaml'

/** The mapping, each value in single quotes, so that no reader takes a number or a date out of it. */
export function writeAigcYaml(json: string, eol: string): string {
  const field = JSON.parse(json) as Record<string, string>
  const lines = aigcKeys.map((key) => `  ${key}: '${(field[key] ?? '').replaceAll("'", "''")}'`)
  return ['AIGC:', ...lines, ''].join(eol)
}

/**
 * The field in a section of front matter that begins with the key `AIGC`. Damage is tolerated: what can't be parsed
 * is taken line by line, and what is no mapping is returned as it stands.
 */
export async function readAigcYaml(section: string): Promise<string | Record<string, unknown>> {
  if (section.length > limits.aigcBytes) return section.slice(0, 64)
  const yaml = await import('yaml') // takes as long to load as a picture takes to label
  return parse(yaml, section) ?? byLine(section) ?? section.slice(section.indexOf(':') + 1).trim()
}

type Yaml = typeof import('yaml')

function parse(yaml: Yaml, section: string): string | Record<string, unknown> | undefined {
  const { isAlias, isMap, isScalar, parseDocument } = yaml
  try {
    const document = parseDocument(section, { strict: false, uniqueKeys: false, logLevel: 'silent' })
    const root = document.contents
    const value = isMap(root) ? root.items[0]?.value : undefined
    if (document.errors.length > 0 || isAlias(value)) return undefined
    if (isScalar(value)) return value.value === null ? undefined : textOf(value)
    if (!isMap(value)) return undefined
    const entries = value.items.map((pair): [string, unknown] => [
      String(pair.key),
      valueIn(yaml, pair.value as Node | null),
    ])
    return Object.fromEntries(entries)
  } catch {
    // Nested beyond what the parser can bear.
    return undefined
  }
}

/** Long numbers and leading zeros would not survive as numbers: `142569260085903360`, `00000000`. */
function valueIn({ isAlias, isScalar }: Yaml, node: Node | null): unknown {
  if (node === null || isAlias(node)) return null
  if (!isScalar(node)) return JSON.stringify(node)
  const { value } = node
  if (typeof value === 'string' || value === null) return value
  return String(value) === node.source ? value : textOf(node)
}

const textOf = (scalar: { readonly source?: string; readonly value: unknown }) =>
  typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value))

/** Lines like `Key: value` below the key, whatever their indentation and quotes. */
function byLine(section: string): Record<string, unknown> | undefined {
  const found: [string, string][] = []
  for (const line of section.split(/\r?\n/).slice(1, 64)) {
    const match = /^\s*["']?([A-Za-z0-9]{3,32})["']?\s*:\s*(.*?)\s*,?\s*$/.exec(line)
    if (match?.[1] !== undefined) found.push([match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')])
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined
}
