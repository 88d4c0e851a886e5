/** Codes about the explicit label (GB 45438-2025 chapter 5). */
import { entry } from './entry.ts'

export const visibleCodes = {
  'visible.text.present': entry(
    'pass',
    [
      'The text says itself that it is AI-generated: “{text}”.',
      'The explicit label of GB 45438-2025 5.1 stands in the text.',
    ],
    ['文本自带显式标识：“{text}”。', '文本中含有 GB 45438-2025 5.1 规定的显式标识。'],
  ),
  'visible.claim.present': entry(
    'info',
    [
      'The signer states that an explicit label was added: “{text}”.',
      'The signed manifest says so; the content itself was not searched for the label.',
    ],
    ['签名者声明已添加显式标识：“{text}”。', '签名清单如此记载；未在内容本身中检测该标识。'],
  ),
  'visible.kept': entry(
    'info',
    [
      'The visible label “{text}” is in the content already and was not drawn again.',
      'A manifest that still holds says that it was added earlier.',
    ],
    ['内容中已有显式标识“{text}”，未重复添加。', '仍然有效的清单记载了此前的添加。'],
  ),
  'visible.stacked': entry(
    'warning',
    [
      'An earlier visible label “{text}” stays in the content.',
      'The new label has other words, another place or another look; what was drawn before can’t be taken out again.',
      'Label the original instead of the labelled copy.',
    ],
    [
      '此前的显式标识“{text}”仍保留在内容中。',
      '新标识的文字、位置或样式不同，而已绘制的内容无法移除。',
      '请对原始文件而不是已标识的副本进行标识。',
    ],
  ),
  'visible.encoded.process': entry(
    'info',
    [
      'The whole picture was encoded again: its kind of coding ({what}) can’t be changed in place.',
      'In other JPEGs only the blocks under the label change; here all of the picture went through the encoder, at its own quality.',
    ],
    [
      '整幅图像已重新编码：其编码方式（{what}）无法就地修改。',
      '其他 JPEG 只改变标识覆盖的图像块；此文件的整幅图像按原有质量重新编码。',
    ],
  ),
  'visible.encoded.irregular': entry(
    'info',
    [
      'The whole picture was encoded again: its coded data departs from the standard ({what}).',
      'ITU-T T.81 does not allow what the file holds. The decoder made the best of it, and that was encoded again at the file’s own quality.',
    ],
    [
      '整幅图像已重新编码：其编码数据不符合标准（{what}）。',
      '文件内容不符合 ITU-T T.81。解码器尽力还原后，按原有质量重新编码。',
    ],
  ),
  'visible.encoded.whole': entry(
    'info',
    [
      'The whole picture was encoded again as {format}, as finely as it was (quality {quality}).',
      'No part of such a picture can be coded alone. Metadata, colour profile, bit depth, transparency and turning are those of the file; outside the label the picture loses a generation.',
    ],
    [
      '整幅图像已重新编码为 {format}，精细程度与原图相同（质量 {quality}）。',
      '此类图像无法只对局部编码。元数据、色彩配置、位深、透明度与方向保持不变；标识以外的画面经历一次再编码。',
    ],
  ),
  'visible.encoded.colours': entry(
    'info',
    [
      'Some rare colours of the picture became their neighbours, to make room for those of the label.',
      'A GIF has 256 colours for each frame. All of them were in use, and none was near enough to white or to the plate for the label to be read.',
    ],
    [
      '为容纳标识的颜色，画面中少数罕用颜色已替换为相近颜色。',
      'GIF 每帧最多 256 种颜色；此图已全部用尽，且没有足够接近白色或底板的颜色，标识将无法看清。',
    ],
  ),
  'visible.thumbnail.removed': entry(
    'info',
    [
      'The thumbnail in Exif was taken out, because it shows the picture without its label.',
      'The label could not be drawn into it without moving other data in Exif. Programs make a new thumbnail when they need one.',
    ],
    [
      'Exif 中的缩略图已移除，因为其中的图像没有标识。',
      '无法在不移动 Exif 其他数据的情况下在缩略图上添加标识。软件会在需要时重新生成缩略图。',
    ],
  ),
  'visible.glyph.missing': entry(
    'fault',
    [
      'The label has a character that can’t be drawn: {glyph}.',
      'The built-in font holds the characters that labels use, and no others.',
      'Use other words; `AI生成` and ASCII always work.',
    ],
    [
      '标识文字中有无法绘制的字符：{glyph}。',
      '内置字体只包含标识常用的字符。',
      '请更换文字；`AI生成` 和 ASCII 字符始终可用。',
    ],
  ),
  'visible.text.wording': entry(
    'fault',
    [
      'The label must name AI and generation: {text}.',
      'GB 45438-2025 chapter 5 asks for “人工智能” or “AI” together with “生成” or “合成”.',
      'Use for example `AI生成`.',
    ],
    [
      '标识文字必须同时包含人工智能要素和生成要素：{text}。',
      'GB 45438-2025 第 5 章要求含有“人工智能”或“AI”，以及“生成”或“合成”。',
      '例如使用 `AI生成`。',
    ],
  ),
  'visible.space.missing': entry(
    'fault',
    [
      'The label does not fit into the picture ({width}×{height}).',
      'At the size the standard asks for, the words are wider than the picture.',
      'Enlarge the picture, use shorter words, or label it with `--no-visible`.',
    ],
    [
      '标识在画面（{width}×{height}）中放不下。',
      '按标准要求的尺寸，文字比画面更宽。',
      '请放大画面、使用更短的文字，或改用 `--no-visible`。',
    ],
  ),
  'visible.content.unsupported': entry(
    'fault',
    [
      'The visible label can’t be put into this file: {what}.',
      'Doing so would lose part of the content. The original is untouched.',
      'Label it with `--no-visible`, or convert it first.',
    ],
    [
      '无法在该文件中添加显式标识：{what}。',
      '这样做会丢失部分内容。原文件未改动。',
      '请使用 `--no-visible`，或先转换格式。',
    ],
  ),
  'visible.format.unsupported': entry(
    'fault',
    [
      'A label that people see or hear can’t be put into {format}.',
      'Nothing here can write such content again with a label in it. The original is untouched.',
      'Convert it to {instead} and label that, or use `--no-visible` and show the label beside the content.',
    ],
    [
      '无法在 {format} 文件中添加显式标识。',
      '本软件无法写出带有标识的此类内容。原文件未改动。',
      '请转换为 {instead} 后再标识，或使用 `--no-visible` 并在内容旁边展示标识。',
    ],
  ),
  'visible.segments': entry(
    'fault',
    [
      'A label that people see can’t be put into the segments of {name}.',
      'It would have to be drawn before the film is cut. The originals are untouched.',
      'Label the film, then cut it and label the segments with `--no-visible`.',
    ],
    [
      '无法在 {name} 的分片中添加显式标识。',
      '显式标识须在切片之前绘制。原文件未改动。',
      '请先标识整部影片，切片后再用 `--no-visible` 标识分片。',
    ],
  ),
  'visible.content.signed': entry(
    'fault',
    [
      'The document is signed, and a visible label would change its pages: {name}.',
      'ISO 32000-2 12.8.2.2 lets a signer allow forms to be filled in and comments to be added, never a change to what is on a page; readers would show the signature as broken.',
      'Label the document before it is signed, or use `--no-visible`: the rest of the label leaves the signature valid.',
    ],
    [
      '文档已签名，添加显式标识会改变其页面：{name}。',
      'ISO 32000-2 12.8.2.2 中，签名者最多可允许填写表单和添加批注，不允许改变页面内容；否则阅读器会显示签名失效。',
      '请在签名之前标识文档，或使用 `--no-visible`：其余标识不影响签名的有效性。',
    ],
  ),
} as const
