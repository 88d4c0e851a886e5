/**
 * Makes the font that visible labels are drawn with: a subset of Noto Sans SC Medium (SIL Open Font License 1.1).
 *
 * Two pinned packages are fetched into a temporary directory and used from there; neither is a dependency of the
 * project: the full font (`@expo-google-fonts/noto-sans-sc`, 10 MB a weight) and `subset-font` (HarfBuzz as
 * WebAssembly). Hinting and layout tables are dropped, because the glyphs are only ever used as outlines.
 * Medium, because a label is read at 5 % of a picture's side: Regular grows thin there, Bold fills up 属 and 疑.
 *
 *     node --import tsx scripts/make-font.ts
 */
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const packages = ['@expo-google-fonts/noto-sans-sc@0.4.3', 'subset-font@2.9.0']

/** What the labels of GB 45438 chapter 5, of platforms (Measures art. 6) and of EU AI Act art. 50 are made of. */
const ascii = String.fromCharCode(...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index))
const punctuation = '　、。《》「」【】·—…！（），：；？'
const fullWidth = 'ＡＩ０１２３４５６７８９'
const words = `
  人工智能生成合成内容由提供疑似可能属于为本图片音频视频文字服务标识使用辅助制作修改仅供参考机器创作
  像画面声语音乐文本数字虚拟场景动画影编辑翻译润色绘模型系统平台算法大学习技术自动产输出处理增强来源用户发布
  该此不是非真实请注意谨慎辨别含有部分全过经已被与和或的以上下中示说明签水印`

const directory = await mkdtemp(join(tmpdir(), 'yinji-font-'))
try {
  await writeFile(join(directory, 'package.json'), '{"private":true}')
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: directory,
    stdio: 'inherit',
  })
  const source = join(directory, 'node_modules', '@expo-google-fonts', 'noto-sans-sc')
  type SubsetFont = (font: Buffer, text: string, options: Record<string, unknown>) => Promise<Buffer>
  const subsetFont = createRequire(join(directory, 'package.json'))('subset-font') as SubsetFont
  const full = await readFile(join(source, '500Medium', 'NotoSansSC_500Medium.ttf'))
  const characters = [...new Set(ascii + punctuation + fullWidth + words.replaceAll(/\s/g, ''))]
    .sort()
    .join('')
  const subset = await subsetFont(full, characters, {
    targetFormat: 'truetype',
    noLayoutClosure: true,
    noHinting: true,
    dropTables: [
      'GSUB',
      'GPOS',
      'GDEF',
      'BASE',
      'VORG',
      'vhea',
      'vmtx',
      'DSIG',
      'fpgm',
      'prep',
      'cvt ',
      'gasp',
    ],
  })
  const assets = join(import.meta.dirname, '..', 'packages', 'media', 'assets')
  await mkdir(assets, { recursive: true })
  await writeFile(join(assets, 'NotoSansSC-Medium-labels.ttf'), subset)
  await copyFile(join(source, 'LICENSE_FONT'), join(assets, 'OFL.txt'))
  process.stdout.write(`${[...characters].length} characters, ${subset.byteLength} bytes\n`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
