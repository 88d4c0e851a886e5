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
      'The new label has other words or another place; what was drawn before can’t be taken out again.',
      'Label the original instead of the labelled copy.',
    ],
    [
      '此前的显式标识“{text}”仍保留在内容中。',
      '新标识的文字或位置不同，而已绘制的内容无法移除。',
      '请对原始文件而不是已标识的副本进行标识。',
    ],
  ),
} as const
