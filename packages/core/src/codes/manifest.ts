/** Codes about the signed manifest (C2PA). `data.status` holds the status code of C2PA D.1 to D.3 where there is one. */
import { entry } from './entry.ts'

const askSigner = 'Get the file again from whoever published it.'
const askSignerZh = '请从发布者处重新获取文件。'
const reportProducer = 'Report the file to whoever made the software that signed it.'
const reportProducerZh = '请向生成该签名的软件提供方反馈。'
const newer = 'Check again with a newer version of this software.'
const newerZh = '请使用本软件的更新版本重新检查。'

export const manifestCodes = {
  'manifest.content.intact': entry(
    'pass',
    ['The content is what was signed.', 'The hash in the manifest equals the hash of the content.'],
    ['内容与签名时一致。', '清单中的哈希值与内容的哈希值相等。'],
  ),
  'manifest.signer.trusted': entry(
    'pass',
    ['The signer {subject} is trusted.', 'Its certificate leads to a trust anchor.'],
    ['签名者 {subject} 可信。', '其证书可追溯到信任锚。'],
  ),
  'manifest.content.altered': entry(
    'error',
    [
      'The content was altered after it was signed.',
      'The hash of the content is not the one in the manifest, so at least one byte that the signature covers has changed.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '内容在签名之后被改动。',
      '内容的哈希值与清单中的不符，签名覆盖的字节至少有一个已改变。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.boxes.altered': entry(
    'error',
    [
      'What changed stands in these boxes: {boxes}.',
      'The manifest names every box of the file and has hashes of its own for metadata and pictures. The others are as they were signed, unless boxes were added or taken out.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '变动位于以下数据块：{boxes}。',
      '清单列出了文件的每个数据块，元数据与图像各有哈希值。若没有增减数据块，其余部分与签名时一致。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
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
  'manifest.signature.missing': entry(
    'error',
    ['The manifest is not signed.', 'The claim names a signature that is not in the manifest.', askSigner],
    ['清单没有签名。', '声明所指的签名不在清单中。', askSignerZh],
  ),
  'manifest.signature.malformed': entry(
    'error',
    [
      'The signature can’t be read ({what}).',
      'What stands in its place is no COSE signature as C2PA asks for.',
      reportProducer,
    ],
    ['签名无法读取（{what}）。', '该位置的内容不是 C2PA 要求的 COSE 签名。', reportProducerZh],
  ),
  'manifest.signature.mismatch': entry(
    'error',
    [
      'The signature does not belong to this claim.',
      'The claim was changed after signing, or it was signed with another key than the certificate’s.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '签名与声明不符。',
      '声明在签名后被更改，或签名所用密钥与证书不对应。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.signature.algorithm': entry(
    'unchecked',
    [
      'The signature uses an algorithm this software does not know ({algorithm}).',
      'It could not be checked, so nothing can be said for or against the file.',
      newer,
    ],
    ['签名使用了本软件不支持的算法（{algorithm}）。', '无法检查，因此不能作出判断。', newerZh],
  ),
  'manifest.signer.untrusted': entry(
    'warning',
    [
      'The signer {subject} is not known here.',
      'The signature holds, but its certificate leads to none of the trust anchors. That says nothing bad about the content.',
      'If you know the signer, give its root certificate with `--trust`.',
    ],
    [
      '此处不认识签名者 {subject}。',
      '签名有效，但其证书无法追溯到任何信任锚。这并不说明内容有问题。',
      '如果您认识签名者，请用 `--trust` 提供其根证书。',
    ],
  ),
  'manifest.certificate.malformed': entry(
    'error',
    [
      'The signer’s certificate can’t be read.',
      'It is no X.509 certificate, or one that readers could understand differently.',
      askSigner,
    ],
    ['签名者证书无法读取。', '它不是 X.509 证书，或其编码可能被不同程序作不同理解。', askSignerZh],
  ),
  'manifest.certificate.profile': entry(
    'error',
    [
      'The certificate of {subject} may not sign content: {problem}.',
      'It does not meet the certificate profile of C2PA 14.5, so its signature counts for nothing.',
      'Ask the signer for a copy signed with a suitable certificate.',
    ],
    [
      '{subject} 的证书不得用于签署内容：{problem}。',
      '不符合 C2PA 14.5 的证书要求，其签名无效。',
      '请签名者用合格的证书重新签名。',
    ],
  ),
  'manifest.certificate.expired': entry(
    'error',
    [
      'The certificate of {subject} expired on {notAfter}.',
      'Without a time stamp nobody can tell whether the signature was made before that day. It says nothing about a change of the content.',
      'Ask the signer for a copy that is signed again or has a time stamp.',
    ],
    [
      '{subject} 的证书已于 {notAfter} 过期。',
      '没有时间戳，无法确定签名是否在此之前作出。这并不表示内容有改动。',
      '请签名者重新签名或提供带时间戳的副本。',
    ],
  ),
  'manifest.certificate.future': entry(
    'error',
    [
      'The certificate of {subject} is not valid before {notBefore}.',
      'Either the clock of this machine is wrong or the certificate is.',
      'Check date and time of this machine.',
    ],
    ['{subject} 的证书在 {notBefore} 之前无效。', '本机时钟或该证书有误。', '请检查本机的日期和时间。'],
  ),
  'manifest.timestamp.needed': entry(
    'unchecked',
    [
      'The certificate of {subject} expired on {notAfter}; a time stamp may show that it was valid when it signed.',
      'The stamp is by an authority that is not known here, so the question stays open.',
      'If you know the authority, give its root certificate as a time-stamp anchor.',
    ],
    [
      '{subject} 的证书已于 {notAfter} 过期，时间戳可能证明签名时证书有效。',
      '此处不认识出具时间戳的机构，因此无法判断。',
      '如果您认识该机构，请将其根证书作为时间戳信任锚提供。',
    ],
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
  'manifest.hash.algorithm': entry(
    'unchecked',
    [
      'The manifest uses a hash this software does not know ({algorithm}).',
      'What it covers could not be checked.',
      newer,
    ],
    ['清单使用了本软件不支持的哈希算法（{algorithm}）。', '所涉及的部分无法检查。', newerZh],
  ),
  'manifest.binding.missing': entry(
    'error',
    [
      'The manifest is not bound to any content.',
      'It has no hash of the content, so it could have been put into any file.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单未与任何内容绑定。',
      '清单中没有内容的哈希值，可能被放入任意文件。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.binding.multiple': entry(
    'error',
    [
      'The manifest is bound to content more than once.',
      'Exactly one hash of the content is allowed; with two, readers could pick different ones.',
      reportProducer,
    ],
    ['清单含有多个内容绑定。', '标准只允许一个；若有多个，不同程序可能采用不同的绑定。', reportProducerZh],
  ),
  'manifest.binding.malformed': entry(
    'error',
    [
      'The hash of the content is not as the standard says ({what}).',
      'The manifest can’t be held against the content, because what it covers is not clear.',
      reportProducer,
    ],
    ['内容哈希不符合标准（{what}）。', '覆盖范围不明确，无法与内容比对。', reportProducerZh],
  ),
  'manifest.binding.exclusion': entry(
    'error',
    [
      'The manifest leaves other bytes out of its hash than its own.',
      'Signed were all bytes but {signed}; the manifest stands at {found}. Something could be hidden in between.',
      `Do not rely on this file. ${askSigner}`,
    ],
    [
      '清单从哈希中排除的字节并非清单自身。',
      '签名排除的范围是 {signed}，而清单位于 {found}，其间可能藏有其他内容。',
      `请勿采信该文件。${askSignerZh}`,
    ],
  ),
  'manifest.binding.partial': entry(
    'unchecked',
    [
      'The signature leaves parts of the content out ({what}).',
      'The standard allows it for metadata, but what stands in those parts can be replaced without anybody noticing.',
      'Ask the signer for a copy that is signed as a whole.',
    ],
    [
      '签名未覆盖部分内容（{what}）。',
      '标准允许对元数据这样做，但这些部分可以在不被察觉的情况下替换。',
      '请签名者提供整体签名的副本。',
    ],
  ),
  'manifest.binding.unsupported': entry(
    'unchecked',
    [
      'The content is bound in a way this software can’t check ({label}).',
      'The manifest itself could be checked, the content could not.',
      newer,
    ],
    ['本软件无法检查这种内容绑定（{label}）。', '清单本身可以检查，内容则无法检查。', newerZh],
  ),
  'manifest.fragment.absent': entry(
    'unchecked',
    [
      'The fragments of the content were not given.',
      'This is only its beginning: pictures and sound are in segments of their own, which the manifest covers too.',
      'Name the segments with `--fragments`.',
    ],
    [
      '未提供内容的分片。',
      '该文件只是开头；画面和声音位于单独的分片中，清单同样覆盖这些分片。',
      '请用 `--fragments` 指定分片。',
    ],
  ),
  'manifest.fragment.unbound': entry(
    'unchecked',
    [
      'The manifest says nothing about fragments.',
      'It is bound to one file, so the segments that were given could be anything.',
      'Check the file without `--fragments`, or ask the signer to sign the segments.',
    ],
    [
      '清单未涉及分片。',
      '清单只与一个文件绑定，所提供的分片无从判断。',
      '请不带 `--fragments` 检查该文件，或请签名者对分片签名。',
    ],
  ),
  'manifest.fragment.altered': entry(
    'error',
    [
      'Fragments are not what was signed ({names}).',
      'Their hashes lead to none of those in the manifest, or nothing in them says where they belong.',
      `Do not rely on them. ${askSigner}`,
    ],
    [
      '分片与签名时不一致（{names}）。',
      '其哈希值与清单中的不符，或分片未说明其所属位置。',
      `请勿采信这些分片。${askSignerZh}`,
    ],
  ),
  'manifest.fragment.misplaced': entry(
    'error',
    [
      'Fragments are out of order, or there twice ({names}).',
      'Each of them was signed, but for another place, so the content is not shown as it was meant.',
      'Give the segments in the order in which they are played; if they are, get the content again from whoever published it.',
    ],
    [
      '分片顺序有误或重复（{names}）。',
      '每个分片均经签名，但位置不同，内容并非按原本的顺序呈现。',
      '请按播放顺序给出分片；若顺序无误，请从发布者处重新获取内容。',
    ],
  ),
  'manifest.fragment.missing': entry(
    'error',
    [
      'Fragments are missing (number {places}).',
      'The content was signed with more fragments than there are, so something was left out.',
      'Give all segments, or get the missing ones from whoever published them.',
    ],
    [
      '缺少分片（第 {places} 个）。',
      '签名时的分片比现有的多，部分内容被省略。',
      '请提供全部分片，或从发布者处获取缺少的分片。',
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
    'warning',
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
  'manifest.text.multiple': entry(
    'warning',
    [
      'The text holds {count} signed manifests, so none of them counts.',
      'A text may carry exactly one (C2PA A.8 and A.9). Several come about when signed texts are pasted together.',
      'Check the parts separately, or ask the signer for the original.',
    ],
    [
      '文本中有 {count} 个签名清单，因此均不采用。',
      '每个文本只能携带一个清单（C2PA A.8、A.9）。把多个已签名的文本拼接在一起就会出现这种情况。',
      '请分别检查各部分，或向签名者索取原件。',
    ],
  ),
  'manifest.text.damaged': entry(
    'warning',
    [
      'There are remains of a signed manifest in the text ({what}).',
      'They begin like a manifest and can’t be read as one. A part of a longer text that was copied looks like this.',
      'Get the whole text and check again.',
    ],
    [
      '文本中残留签名清单的片段（{what}）。',
      '其开头与清单一致，但无法读取。只复制了长文本的一部分时会出现这种情况。',
      '请获取完整文本后重新检查。',
    ],
  ),
  'manifest.text.padding': entry(
    'error',
    [
      'The padding of the manifest in the text holds something that does not belong there.',
      'The bytes behind the manifest are covered by no signature. They may only fill up the length (C2PA A.8.5), and these do not.',
      'Do not rely on this text; ask the signer for the original.',
    ],
    [
      '文本中清单的填充字节含有不应存在的内容。',
      '清单之后的字节不受签名保护，只能用于补足长度（C2PA A.8.5），而此处并非如此。',
      '请勿采信该文本，并向签名者索取原件。',
    ],
  ),
  'manifest.text.external': entry(
    'info',
    [
      'The text names a manifest that lies elsewhere: {url}.',
      'Nothing is fetched from the network while checking, so it was not looked at.',
      'Fetch it yourself if you trust the address.',
    ],
    [
      '文本引用了位于别处的清单：{url}。',
      '检查时不会访问网络，因此未查看该清单。',
      '如果信任该地址，请自行获取。',
    ],
  ),
} as const
