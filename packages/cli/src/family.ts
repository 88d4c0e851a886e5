/** `inspect --tree`: where content comes from, drawn like a family tree; the youngest on top. */
import type { Inspection, NamedIngredient, ValidatedManifest } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { safe } from './paint.ts'

export function treeLines(name: string, { manifests, report }: Inspection, context: Context): string[] {
  const active = manifests.at(-1)
  const { paint, t } = context
  if (active === undefined) return [`${safe(name)}  ${paint('dim', t('no manifest', '无签名清单'))}`]
  const byLabel = new Map(manifests.map((manifest) => [manifest.label, manifest]))
  const broken = report.findings.some(({ level }) => level === 'error')
  const tree = { byLabel, shown: new Set<string>(), context }
  return [
    `${mark(active.sound && !broken, context)} ${paint('bold', safe(name))}  ${about(active, context)}`,
    ...branches(active, '', tree),
  ]
}

interface Tree {
  readonly byLabel: ReadonlyMap<string, ValidatedManifest>
  /** Manifests whose ingredients were drawn: in a hostile file they go round in circles. */
  readonly shown: Set<string>
  readonly context: Context
}

function branches(manifest: ValidatedManifest, indent: string, tree: Tree): string[] {
  tree.shown.add(manifest.label)
  const { paint } = tree.context
  const actions = manifest.actions.length > 0 ? [paint('dim', manifest.actions.join(' → '))] : []
  const trunk = manifest.ingredients.length > 0 ? '│ ' : '  '
  return [
    ...actions.map((line) => `${indent}${trunk} ${safe(line)}`),
    ...manifest.ingredients.flatMap((ingredient, index) => {
      const last = index === manifest.ingredients.length - 1
      const lines = branch(ingredient, `${indent}${last ? '   ' : '│  '}`, tree)
      return lines.map((line, at) => (at === 0 ? `${indent}${last ? '└─' : '├─'} ${line}` : line))
    }),
  ]
}

function branch(ingredient: NamedIngredient, indent: string, tree: Tree): string[] {
  const { context } = tree
  const { paint, t } = context
  const { title, relationship, failures, manifest: label } = ingredient
  const manifest = label === null ? undefined : tree.byLabel.get(label)
  const name = safe(title ?? manifest?.title ?? t('untitled', '无标题'))
  const kinds = {
    parentOf: t('earlier version', '先前版本'),
    componentOf: t('part', '组成部分'),
    inputTo: t('input of the model', '模型输入'),
  }
  const kind = paint('dim', relationship ? kinds[relationship] : '?')
  const failed = failures.length > 0 ? [paint('red', safe(failures.join(', ')))] : []
  if (label === null)
    return [[`· ${name}`, kind, paint('dim', t('unsigned', '未签名')), ...failed].join('  ')]
  if (manifest === undefined)
    return [
      [mark(false, context), name, kind, paint('red', t('its manifest is missing', '清单缺失'))].join('  '),
    ]
  const sound = manifest.sound && failures.length === 0
  const first = [`${mark(sound, context)} ${name}`, kind, about(manifest, context), ...failed].join('  ')
  if (tree.shown.has(manifest.label)) return [`${first}  ${paint('dim', t('(see above)', '（见上）'))}`]
  return [first, ...branches(manifest, indent, tree)]
}

function mark(good: boolean, { paint }: Context): string {
  return good ? paint('green', '✓') : paint('red', '✗')
}

/** Who signed it with what. */
function about({ signer, generator, kind }: ValidatedManifest, { paint, t }: Context): string {
  const trust = signer?.trust === 'trusted' ? '' : ` (${t('not known here', '此处未知')})`
  const who = signer ? `${signer.organization ?? signer.subject}${trust}` : t('signature broken', '签名无效')
  const update = kind === 'update' ? [t('update', '更新')] : []
  return paint('dim', safe([who, generator, ...update].filter(Boolean).join(' · ')))
}
