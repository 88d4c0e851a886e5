/** What to do next, where several codes say the same. */
export const askSigner = 'Get the file again from whoever published it.'
export const askSignerZh = '请从发布者处重新获取文件。'
export const reportProducer = 'Report the file to whoever made the software that signed it.'
export const reportProducerZh = '请向生成该签名的软件提供方反馈。'
export const newer = 'Check again with a newer version of this software.'
export const newerZh = '请使用本软件的更新版本重新检查。'
