/** Codes about what stands in the signed manifest (C2PA). `data.status` holds the status code of C2PA 15.2.2 where there is one. */
import { askSigner, askSignerZh, newer, newerZh, reportProducer, reportProducerZh } from './advice.ts'
import { entry } from './entry.ts'

export const manifestCodes = {
  'manifest.store.malformed': entry(
    'error',
    [
      'The manifest can’t be read ({what}).',
      'There is a place for a signed manifest, but what stands in it breaks off or contradicts itself.',
      askSigner,
    ],
    ['清单无法读取（{what}）。', '文件中有签名清单的位置，但其内容不完整或自相矛盾。', askSignerZh],
  ),
  'manifest.version.unknown': entry(
    'unchecked',
    [
      'The manifest is of a kind this software does not know ({what}).',
      'It may be newer than this software. Nothing can be said for or against the file.',
      newer,
    ],
    ['本软件不认识该清单的类型（{what}）。', '清单可能比本软件更新，无法作出判断。', newerZh],
  ),
  'manifest.claim.missing': entry(
    'error',
    [
      'The manifest has no claim.',
      'The claim is the part that is signed; without it the manifest says nothing.',
      askSigner,
    ],
    ['清单中没有声明。', '签名针对的正是声明；没有声明，清单没有意义。', askSignerZh],
  ),
  'manifest.claim.multiple': entry(
    'error',
    [
      'The manifest has more than one claim.',
      'Only one can be signed; a second one tells another story under the same signature.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单中有多个声明。',
      '签名只针对其中一个；多出的声明会冒用同一签名。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.claim.malformed': entry(
    'error',
    [
      'The claim of the manifest is not as the standard says ({what}).',
      'Readers could understand it differently, so it is not used.',
      reportProducer,
    ],
    [
      '清单中的声明不符合标准（{what}）。',
      '不同的读取程序可能作出不同理解，因此不予采用。',
      reportProducerZh,
    ],
  ),
  'manifest.claim.incomplete': entry(
    'warning',
    [
      'The claim of the manifest leaves something open ({what}).',
      'The version of C2PA it follows asks for it; the rest of the claim was read.',
      reportProducer,
    ],
    ['清单中的声明不完整（{what}）。', '其遵循的 C2PA 版本要求该内容；其余声明已读取。', reportProducerZh],
  ),
  'manifest.assertion.mismatch': entry(
    'error',
    [
      'A statement in the manifest is not the one that was signed ({label}).',
      'Its hash differs from the one in the signed claim.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单中的一项陈述与签名时不符（{label}）。',
      '其哈希值与已签名声明中的不同。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.reference.broken': entry(
    'error',
    [
      'A statement in the manifest refers to something else than what is there ({label}).',
      'What it names is missing, or its hash is another: {url}.',
      `Do not rely on this statement. ${askSigner}`,
    ],
    [
      '清单中的一项陈述所引用的内容与实际不符（{label}）。',
      '被引用的内容缺失，或其哈希值不同：{url}。',
      `请勿采信该陈述。${askSignerZh}`,
    ],
  ),
  'manifest.assertion.missing': entry(
    'error',
    [
      'A signed statement was taken out of the manifest ({label}).',
      'The signed claim lists it, and it is not there.',
      askSigner,
    ],
    ['清单缺少一项已签名的陈述（{label}）。', '已签名的声明列出了它，但清单中没有。', askSignerZh],
  ),
  'manifest.assertion.undeclared': entry(
    'error',
    [
      'The manifest has a statement nobody signed ({label}).',
      'It stands in the manifest, and the signed claim does not list it.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单中有一项未经签名的陈述（{label}）。',
      '它出现在清单中，但已签名的声明没有列出。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.assertion.malformed': entry(
    'error',
    [
      'A statement in the manifest is not as the standard says ({label}: {what}).',
      'It is signed, and still can’t be understood for sure.',
      reportProducer,
    ],
    ['清单中的一项陈述不符合标准（{label}：{what}）。', '虽已签名，但无法确定其含义。', reportProducerZh],
  ),
  'manifest.assertion.redacted': entry(
    'error',
    [
      'The manifest withholds a statement that must stay ({label}).',
      'Hard bindings, actions and the manifest’s own statements can’t be redacted.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单隐去了不得隐去的陈述（{label}）。',
      '内容绑定、操作记录以及清单自身的陈述不得隐去。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.action.missing': entry(
    'error',
    [
      'The manifest does not say how the content came to be.',
      'C2PA asks for a first action that says either created or opened.',
      reportProducer,
    ],
    ['清单未说明内容的来源。', 'C2PA 要求第一个操作为创建或打开。', reportProducerZh],
  ),
  'manifest.action.malformed': entry(
    'error',
    [
      'The manifest’s record of actions is not as the standard says ({what}).',
      'How the content came to be can’t be told for sure.',
      reportProducer,
    ],
    ['清单的操作记录不符合标准（{what}）。', '无法确定内容的来源。', reportProducerZh],
  ),
  'manifest.action.incomplete': entry(
    'warning',
    [
      'The manifest’s record of actions leaves something open ({what}).',
      'Current versions of C2PA ask for it; the rest of the record was read.',
      reportProducer,
    ],
    ['清单的操作记录不完整（{what}）。', '现行 C2PA 要求该内容；其余记录已读取。', reportProducerZh],
  ),
  'manifest.action.vocabulary': entry(
    'warning',
    [
      'The manifest says where the content is from in words nobody knows ({value}).',
      'The value is not in the IPTC vocabulary, so it was not understood.',
      reportProducer,
    ],
    ['清单用未知的词语说明内容来源（{value}）。', '该值不在 IPTC 词表中，无法理解。', reportProducerZh],
  ),
  'manifest.disclosure.malformed': entry(
    'warning',
    [
      'The AI disclosure in the manifest is not as the standard says ({what}).',
      'The statement about the model was not used.',
      reportProducer,
    ],
    ['清单中的人工智能披露不符合标准（{what}）。', '未采用其中关于模型的陈述。', reportProducerZh],
  ),
  'manifest.update.invalid': entry(
    'error',
    [
      'The update of the manifest does more than an update may ({what}).',
      'An update manifest adds statements to content that did not change; this one goes further.',
      reportProducer,
    ],
    ['清单的更新超出允许范围（{what}）。', '更新清单只能为未改变的内容补充陈述。', reportProducerZh],
  ),
  'manifest.ingredient.mismatch': entry(
    'error',
    [
      'The history is not the one that was signed ({title}).',
      'An earlier manifest in the file was replaced, changed or taken out after the signing, and the signer did not record that.',
      'Get the file again from where it was published.',
    ],
    [
      '历史记录与签名时不符（{title}）。',
      '文件中的某个早期清单在签名之后被替换、更改或删除，而签名者没有记录此情况。',
      '请从发布处重新获取文件。',
    ],
  ),
  'manifest.ingredient.failed': entry(
    'warning',
    [
      'An earlier version or part of the content does not check out ({title}: {failures}).',
      'What was made from it is signed and intact, but it may build on something that was not in order.',
      'Look at the history before relying on it.',
    ],
    [
      '内容的先前版本或组成部分未通过检查（{title}：{failures}）。',
      '由其制成的内容签名有效，但其基础可能有问题。',
      '采信前请查看历史记录。',
    ],
  ),
  'manifest.ingredient.malformed': entry(
    'error',
    [
      'What the manifest says about a source of the content is not as the standard says ({what}).',
      'That part of the history was not used.',
      reportProducer,
    ],
    ['清单对内容来源的记载不符合标准（{what}）。', '未采用该部分历史。', reportProducerZh],
  ),
  'manifest.ingredient.unchecked': entry(
    'info',
    [
      'An earlier version or part of the content could not be checked ({title}: {reasons}).',
      'Nothing can be said for or against it. The file itself is not affected.',
    ],
    ['内容的先前版本或组成部分无法检查（{title}：{reasons}）。', '无法对其作出判断，不影响文件本身。'],
  ),
  'manifest.ingredient.untrusted': entry(
    'info',
    [
      'An earlier version or part of the content was signed by somebody not known here ({subject}).',
      'Its signature holds.',
    ],
    ['内容的先前版本或组成部分由此处不认识的签名者签署（{subject}）。', '其签名有效。'],
  ),
  'manifest.record.malformed': entry(
    'warning',
    [
      'The signed label record can’t be used ({what}).',
      'The manifest holds a label record, but not in the form its writer defines, or the signer does not vouch for it.',
      'Ask the producer to label the file again.',
    ],
    [
      '无法使用已签名的标识记录（{what}）。',
      '清单中有标识记录，但其形式不符，或签名者未对其负责。',
      '请生成方重新标识。',
    ],
  ),
  'manifest.thumbnail.none': entry(
    'info',
    [
      'No thumbnail was put into the manifest: there is no small picture of this {mediaType}.',
      'Thumbnails are made of pictures that can be decoded here. All else was written.',
    ],
    [
      '清单中未放入缩略图：无法为此 {mediaType} 生成小图。',
      '缩略图由此处能解码的图像生成，其余内容已照常写入。',
    ],
  ),
  'manifest.room.unneeded': entry(
    'info',
    [
      'No room was left for updates: in {format} the manifest can grow.',
      '`yinji update` can add to this file at any time.',
    ],
    ['未为更新预留空间：{format} 中的清单可以加长。', '`yinji update` 随时可为此文件补充陈述。'],
  ),
} as const
