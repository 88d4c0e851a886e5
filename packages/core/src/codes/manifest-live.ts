/** Codes about the segments of a live video (C2PA 19), which say themselves where they belong. `data.status` as in `manifest.ts`. */
import { askSigner, askSignerZh, newer, newerZh, reportProducer, reportProducerZh } from './advice.ts'
import { entry } from './entry.ts'

export const manifestLiveCodes = {
  'manifest.session.invalid': entry(
    'error',
    [
      'A session key can’t be relied on ({what}).',
      'Whoever signs a live video vouches for keys that sign its segments. This one is not as the standard says, or nothing shows that it is the signer’s, so it is not used.',
      reportProducer,
    ],
    [
      '会话密钥不可采信（{what}）。',
      '直播视频的签名者为签署各分片的密钥作担保。该密钥不符合标准，或无法证明属于签名者，因此未予采用。',
      reportProducerZh,
    ],
  ),
  'manifest.fragment.foreign': entry(
    'error',
    [
      'Fragments are of another stream ({names}).',
      'They are signed with a key that this stream does not have, bear another stream’s name, or follow upon a segment that is not here.',
      `Do not rely on them. Give the initialization segment they were made with, or get the content again from whoever published it.`,
    ],
    [
      '分片属于其他视频流（{names}）。',
      '签署这些分片的密钥不属于本视频流，或其标明的是其他视频流，或其前一分片不在此处。',
      '请勿采信这些分片。请提供与其对应的初始化分片，或从发布者处重新获取内容。',
    ],
  ),
  'manifest.fragment.malformed': entry(
    'error',
    [
      'What fragments say of themselves is not as the standard says ({names}: {what}).',
      'Where they belong, and whether they are what was signed, can’t be told from it.',
      `Do not rely on them. ${reportProducer}`,
    ],
    [
      '分片对自身的说明不符合标准（{names}：{what}）。',
      '无法据此判断其所属位置以及是否与签名时一致。',
      `请勿采信这些分片。${reportProducerZh}`,
    ],
  ),
  'manifest.fragment.manifest': entry(
    'error',
    [
      'The manifest that fragments bring does not hold ({names}: {what}).',
      'It was checked like that of any other file; the codes say what is wrong with it.',
      `Do not rely on them. ${askSigner}`,
    ],
    [
      '分片自带的清单无效（{names}：{what}）。',
      '该清单与其他文件的清单同样检查，所列代码说明问题所在。',
      `请勿采信这些分片。${askSignerZh}`,
    ],
  ),
  'manifest.fragment.key': entry(
    'error',
    [
      'Fragments are signed with a key that was not meant for them ({names}; {what}).',
      'A session key counts from a sequence number on, and for a time. What is signed with it before or after may be somebody else’s.',
      `Do not rely on them. ${askSigner}`,
    ],
    [
      '签署分片的密钥不适用于这些分片（{names}；{what}）。',
      '会话密钥自某一序号起、在一段时间内有效；此前或此后的签名可能出自他人。',
      `请勿采信这些分片。${askSignerZh}`,
    ],
  ),
  'manifest.fragment.certificate': entry(
    'error',
    [
      'The certificate behind the session key had run out when fragments were signed ({names}; {what}).',
      'Session keys are good as long as the certificate of whoever vouches for them.',
      `Do not rely on them. ${askSigner}`,
    ],
    [
      '签署分片时，为会话密钥作担保的证书已过期（{names}；{what}）。',
      '会话密钥的效力以其担保者的证书有效为限。',
      `请勿采信这些分片。${askSignerZh}`,
    ],
  ),
  'manifest.fragment.beginning': entry(
    'error',
    [
      'An initialization segment holds media ({names}).',
      'In a live video it describes the stream and no more: pictures and sound that stand in it are in none of the segments.',
      reportProducer,
    ],
    [
      '初始化分片含有媒体数据（{names}）。',
      '在直播视频中，它只描述视频流；其中的画面和声音不属于任何分片。',
      reportProducerZh,
    ],
  ),
  'manifest.fragment.partial': entry(
    'unchecked',
    [
      'The signature leaves parts of fragments out ({names}: {what}).',
      'What stands in those parts can be replaced without anybody noticing.',
      'Ask the signer for segments that are signed as a whole.',
    ],
    [
      '签名未覆盖分片的部分内容（{names}：{what}）。',
      '这些部分可以在不被察觉的情况下替换。',
      '请签名者提供整体签名的分片。',
    ],
  ),
  'manifest.fragment.undated': entry(
    'unchecked',
    [
      'Fragments do not say when they were signed ({names}).',
      'The time of their key is over by now. Whether it was when they were signed can’t be told.',
      'Check a live video while it runs, or ask the signer to state the time.',
    ],
    [
      '分片未说明签名时间（{names}）。',
      '其密钥现已过期，无法判断签名时是否仍在有效期内。',
      '请在直播过程中检查，或请签名者注明时间。',
    ],
  ),
  'manifest.fragment.remote': entry(
    'unchecked',
    [
      'The keys of fragments lie elsewhere ({names}: {what}).',
      'Nothing is fetched from the network for a segment, so they could not be checked.',
      'Give the initialization segment that has the keys.',
    ],
    [
      '分片的密钥位于别处（{names}：{what}）。',
      '检查分片时不会访问网络，因此无法检查。',
      '请提供含有密钥的初始化分片。',
    ],
  ),
  'manifest.fragment.continuity': entry(
    'unchecked',
    [
      'Fragments are chained in a way this software does not know ({names}: {what}).',
      'Whether one follows upon the other could not be checked.',
      newer,
    ],
    ['分片之间的衔接方式不受本软件支持（{names}：{what}）。', '无法检查各分片是否相接。', newerZh],
  ),
  'manifest.fragment.unchecked': entry(
    'unchecked',
    [
      'The manifest that fragments bring could not be checked entirely ({names}: {what}).',
      'The codes say what could not be told.',
      'Look the codes up with `yinji explain`.',
    ],
    [
      '分片自带的清单无法完整检查（{names}：{what}）。',
      '所列代码说明无法判断之处。',
      '请用 `yinji explain` 查询这些代码。',
    ],
  ),
  'manifest.fragment.signer': entry(
    'unchecked',
    [
      'Fragments are signed by somebody else than the initialization segment ({names}: {what}).',
      'Each signature may hold, but nothing shows that both are of the same stream.',
      'Give the initialization segment of the same signer.',
    ],
    [
      '分片与初始化分片的签名者不同（{names}：{what}）。',
      '各签名可能均有效，但无法证明二者属于同一视频流。',
      '请提供同一签名者的初始化分片。',
    ],
  ),
  'manifest.fragment.untrusted': entry(
    'warning',
    [
      'Whoever signed the manifest of fragments is not known here ({names}: {what}).',
      'The signature holds, but its certificate leads to none of the trust anchors.',
      'If you know the signer, give its root certificate with `--trust`.',
    ],
    [
      '此处不认识分片清单的签名者（{names}：{what}）。',
      '签名有效，但其证书无法追溯到任何信任锚。',
      '如果您认识签名者，请用 `--trust` 提供其根证书。',
    ],
  ),
} as const
