/** Codes about the content a manifest is bound to (C2PA 9.2, 15.12): whole, in boxes, in fragments, as text. `data.status` as in `manifest.ts`. */
import { askSigner, askSignerZh, newer, newerZh, reportProducer, reportProducerZh } from './advice.ts'
import { entry } from './entry.ts'

export const manifestContentCodes = {
  'manifest.content.intact': entry(
    'pass',
    ['The content is what was signed.', 'The hash in the manifest equals the hash of the content.'],
    ['内容与签名时一致。', '清单中的哈希值与内容的哈希值相等。'],
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
  'manifest.media.unseen': entry(
    'unchecked',
    [
      'Not all of the pictures and sound was looked at.',
      'Whoever has a part of a film can check that part; of the others nothing is known.',
      'Check the pieces as they come, or the whole file with `yinji verify`.',
    ],
    [
      '画面和声音未全部检查。',
      '只有影片的一部分时可以检查该部分，其余部分无从判断。',
      '请逐段检查收到的部分，或用 `yinji verify` 检查整个文件。',
    ],
  ),
  'manifest.parts.removed': entry(
    'info',
    [
      'Parts that the signer allows to be taken out are not there ({count}).',
      'A film behind a picture, for example. What is left is what was signed.',
    ],
    ['签名者允许移除的部分已不在文件中（{count} 个）。', '例如照片之后的短片。其余部分与签名时一致。'],
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
      'The bytes behind the manifest are covered by no signature. They may only fill up the length (C2PA 2.5 A.8.5), and these do not.',
      'Do not rely on this text; ask the signer for the original.',
    ],
    [
      '文本中清单的填充字节含有不应存在的内容。',
      '清单之后的字节不受签名保护，只能用于补足长度（C2PA 2.5 A.8.5），而此处并非如此。',
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
