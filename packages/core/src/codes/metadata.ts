/** Codes about the implicit label (GB 45438-2025 chapter 6) and the IPTC properties. */
import { entry } from './entry.ts'

export const metadataCodes = {
  'metadata.reference.dropped': entry(
    'info',
    [
      'The file no longer says that its manifest is at {url}.',
      'That manifest is of the file as it was before it was labelled. It was not fetched, so the new one does not carry it along.',
      'To keep it, label the original with that manifest beside it, as `NAME.c2pa`.',
    ],
    [
      '文件不再指明其清单位于 {url}。',
      '该清单属于标识之前的文件；未去获取，因此新清单中没有它。',
      '如需保留，请将该清单以 `名称.c2pa` 放在原文件旁再标识。',
    ],
  ),
  'metadata.aigc.present': entry(
    'pass',
    [
      'The file carries an AIGC label of {producer}.',
      'The implicit label of GB 45438-2025 is in the file: it says that the content is, may be, or is suspected to be AI-generated.',
    ],
    [
      '文件含有 {producer} 写入的 AIGC 标识。',
      '文件中含有 GB 45438-2025 规定的隐式标识，说明内容属于、可能为或疑似人工智能生成合成。',
    ],
  ),
  'metadata.aigc.duplicate': entry(
    'warning',
    [
      'The AIGC label stands in {count} places.',
      'GB 45438-2025 6.1 c) allows exactly one, even where the copies agree.',
      'Label the file again: the copies become one.',
    ],
    [
      'AIGC 标识出现在 {count} 处。',
      'GB 45438-2025 6.1 c) 规定只能有一个，即使内容相同。',
      '重新标识该文件即可合并为一个。',
    ],
  ),
  'metadata.aigc.conflict': entry(
    'warning',
    [
      'The AIGC labels in the file disagree about {key}.',
      'Several labels with different content stand in one file; the strongest was taken.',
      'Ask the producer which one holds, then label the file again.',
    ],
    [
      '文件中的 AIGC 标识在 {key} 上不一致。',
      '同一文件中有多个内容不同的标识，已采用最强的一个。',
      '请向生成方核实，然后重新标识。',
    ],
  ),
  'metadata.aigc.malformed': entry(
    'warning',
    [
      'A place for the AIGC label holds something that can’t be read as one.',
      'It is no JSON object with any of the seven keys. It counts as a trace, not as a label.',
      'Ask the producer for a correctly labelled copy, or label the file again.',
    ],
    [
      'AIGC 标识位置的内容无法解析。',
      '其内容不是含有七个字段之一的 JSON 对象，只能视为痕迹而非标识。',
      '请向生成方索取标识正确的副本，或重新标识。',
    ],
  ),
  'metadata.aigc.misplaced': entry(
    'info',
    [
      'The AIGC label stands in {site}, not in the usual place for this format.',
      'It was read all the same; other readers may miss it.',
      'Label the file again to move it.',
    ],
    [
      'AIGC 标识位于 {site}，不是该格式的规定位置。',
      '仍可读取，但其他读取程序可能会遗漏。',
      '重新标识即可移至规定位置。',
    ],
  ),
  'metadata.aigc.key.missing': entry(
    'warning',
    [
      'The AIGC label lacks {keys}.',
      'Annex E of GB 45438-2025 asks for all seven keys.',
      'Ask the producer to write a complete label.',
    ],
    ['AIGC 标识缺少 {keys}。', 'GB 45438-2025 附录 E 要求七个字段齐全。', '请生成方写入完整标识。'],
  ),
  'metadata.aigc.key.unknown': entry(
    'info',
    ['The AIGC label has a key the standard does not know: {key}.', 'It was ignored.'],
    ['AIGC 标识含有标准之外的字段：{key}。', '该字段已忽略。'],
  ),
  'metadata.aigc.key.alias': entry(
    'warning',
    [
      'The AIGC label says {key} where the standard says {meant}.',
      'A known misspelling; it was read as {meant}.',
      'Ask the producer to correct the spelling.',
    ],
    ['AIGC 标识把 {meant} 写成了 {key}。', '这是已知的误写，已按 {meant} 读取。', '请生成方更正拼写。'],
  ),
  'metadata.aigc.value.type': entry(
    'warning',
    [
      '{key} of the AIGC label is {type}, not a string.',
      'Annex E asks for strings throughout. The value was read as text.',
      'Ask the producer to write strings.',
    ],
    [
      'AIGC 标识的 {key} 是 {type} 而非字符串。',
      '附录 E 规定所有值均为字符串；已按文本读取。',
      '请生成方改用字符串。',
    ],
  ),
  'metadata.aigc.value.character': entry(
    'warning',
    [
      '{key} of the AIGC label has characters that the standard leaves out.',
      'Annex E allows printable ASCII without space and backslash.',
      'Ask the producer to use the provider code instead of a name.',
    ],
    [
      'AIGC 标识的 {key} 含有标准不允许的字符。',
      '附录 E 只允许可打印 ASCII 字符（不含空格和反斜杠）。',
      '请生成方使用服务提供者编码代替名称。',
    ],
  ),
  'metadata.aigc.label.unknown': entry(
    'warning',
    [
      'Label of the AIGC label is “{label}”, not 1, 2 or 3.',
      'The value can’t be read as is, may be or suspected. It was taken as a statement of AI origin.',
      'Ask the producer to write 1, 2 or 3.',
    ],
    [
      'AIGC 标识的 Label 为“{label}”，不是 1、2 或 3。',
      '无法判断为属于、可能或疑似，按声明人工智能来源处理。',
      '请生成方写入 1、2 或 3。',
    ],
  ),
  'metadata.code.invalid': entry(
    'warning',
    [
      '{key} {code} is no valid provider code ({fault}).',
      'The 27-character code of TC260-PG-20252A does not hold: its form or a check digit is wrong.',
      'Ask the producer for the right code.',
    ],
    [
      '{key} 的服务提供者编码 {code} 无效（{fault}）。',
      '不符合 TC260-PG-20252A 规定的 27 位编码：格式或校验位有误。',
      '请向生成方核实编码。',
    ],
  ),
  'metadata.code.individual': entry(
    'info',
    [
      '{key} is the code of an individual and holds a national ID number.',
      'Anybody who has the file can read the number.',
      'A provider can use a name instead.',
    ],
    ['{key} 是个人编码，其中包含身份证号码。', '任何得到文件的人都能读到该号码。', '提供者可改用名称。'],
  ),
  'metadata.source.ai': entry(
    'pass',
    [
      'IPTC DigitalSourceType declares AI: {code}.',
      'The metadata says that the content was made or changed by a trained model.',
    ],
    ['IPTC DigitalSourceType 声明为人工智能：{code}。', '元数据说明内容由训练模型生成或修改。'],
  ),
  'metadata.source.possible': entry(
    'info',
    [
      'IPTC DigitalSourceType says {code}.',
      'An algorithm made the content; it may or may not be a trained model.',
    ],
    ['IPTC DigitalSourceType 为 {code}。', '内容由算法生成，可能是也可能不是训练模型。'],
  ),
  'metadata.source.capture': entry(
    'info',
    [
      'IPTC DigitalSourceType claims a capture: {code}.',
      'The metadata says that the content was recorded, not generated. Anybody can write that.',
    ],
    [
      'IPTC DigitalSourceType 声称为实拍：{code}。',
      '元数据称内容为拍摄或录制，并非生成；任何人都可以写入该值。',
    ],
  ),
  'metadata.source.other': entry(
    'info',
    ['IPTC DigitalSourceType is {code}.', 'The value says nothing for or against AI.'],
    ['IPTC DigitalSourceType 为 {code}。', '该值不说明是否为人工智能。'],
  ),
  'metadata.source.form': entry(
    'info',
    [
      'IPTC DigitalSourceType is not written as a full URI of the vocabulary: {value}.',
      'Strict readers may not understand it.',
      'Ask the producer to write the full http URI.',
    ],
    [
      'IPTC DigitalSourceType 不是完整的词表 URI：{value}。',
      '严格的读取程序可能无法识别。',
      '请生成方写入完整的 http URI。',
    ],
  ),
  'metadata.system.present': entry(
    'pass',
    [
      'The metadata names the AI system: {system}.',
      'IPTC AISystemUsed names the system the content was made with.',
    ],
    ['元数据注明人工智能系统：{system}。', 'IPTC AISystemUsed 说明生成内容所用的系统。'],
  ),
  'metadata.origin.conflict': entry(
    'warning',
    [
      'The file claims both AI origin and a capture.',
      'Its labels contradict each other; neither was preferred.',
      'Ask the producer which one holds.',
    ],
    ['文件同时声称人工智能来源和实拍。', '标识互相矛盾，未作取舍。', '请向生成方核实。'],
  ),
  'metadata.aigc.replaced': entry(
    'warning',
    [
      'The AIGC label of {producer} was replaced.',
      'The file had been labelled by somebody else. Exactly one label is allowed, so the new one took its place; the old manifest, if any, is kept in the history.',
      'Make sure that you are the producer of this content.',
    ],
    [
      '已替换 {producer} 的 AIGC 标识。',
      '该文件此前由其他方标识。标准只允许一个标识，因此由新标识取代；原清单（如有）保留在历史中。',
      '请确认您是该内容的生成方。',
    ],
  ),
  'metadata.record.disagree': entry(
    'error',
    [
      'The AIGC label and the signed record disagree about {key}.',
      'Both were written by the same signer, and they tell different stories.',
      'Ask the signer which one holds; do not rely on either.',
    ],
    [
      'AIGC 标识与已签名的记录在 {key} 上不一致。',
      '两者由同一签名者写入，却互相矛盾。',
      '请向签名者核实，在此之前不要采信任何一方。',
    ],
  ),
  'metadata.provider.disagree': entry(
    'error',
    [
      'The certificate belongs to {certificate}, the AIGC label names {label}.',
      'The provider code in the signer’s certificate is not the one in the label: somebody signed in another provider’s name.',
      'Ask the provider that is named whether the file is theirs.',
    ],
    [
      '证书属于 {certificate}，而 AIGC 标识写的是 {label}。',
      '签名者证书中的服务提供者编码与标识不符：有人以其他提供者的名义签名。',
      '请向标识中的提供者核实该文件。',
    ],
  ),
  'metadata.xmp.malformed': entry(
    'warning',
    [
      'The XMP packet can’t be read ({what}).',
      'The packet is no well-formed XMP, so properties in it may be missed.',
      'Label the file again to replace the packet.',
    ],
    [
      'XMP 数据包无法读取（{what}）。',
      '数据包不是格式良好的 XMP，其中的属性可能被遗漏。',
      '重新标识即可替换该数据包。',
    ],
  ),
} as const
