/**
 * What is wrong, in the middle of a sentence of the table: `{problem}` and the like. Errors and findings carry the English words,
 * which programs compare; `inLanguage` has the Chinese ones. `{name}` stands for whatever is in that place.
 */
import { certificateProblems } from './problems-certificate.ts'
import { fileProblems } from './problems-file.ts'
import { identityProblems } from './problems-identity.ts'
import { systemProblems } from './problems-system.ts'

const own = {
  // Keys and files they stand in.
  'it is protected by a passphrase': '它受口令保护',
  'the passphrase does not open it': '口令无法将其打开',
  'it is no private key in PEM form': '不是 PEM 格式的私钥',
  'it is no private key': '不是私钥',
  'it is no SM2 key': '不是 SM2 密钥',
  'it is no SM2 key in PKCS #8 or SEC 1': '不是 PKCS #8 或 SEC 1 格式的 SM2 密钥',
  'its number is out of range': '其数值超出范围',
  'its version is unknown': '其版本未知',
  'its two halves do not belong together': '公钥与私钥不匹配',
  'there is no private key in it': '其中没有私钥',
  'there are several private keys in it': '其中有多个私钥',
  'there is no certificate in it': '其中没有证书',
  'a key or certificate in it is damaged': '其中的密钥或证书已损坏',
  'it is no PKCS #12 container': '不是 PKCS #12 文件',
  'it is damaged or of an unknown kind': '已损坏或类型未知',
  'it is too large': '过大',
  // What can’t be stated.
  'half of a surrogate pair': '含有不成对的代理字符',
  'JSON-LD is an object': 'JSON-LD 应为对象',
  // Signers elsewhere.
  '{program} is no absolute path': '{program} 不是绝对路径',
  '{url} is no https address': '{url} 不是 https 地址',
  '{path} is no JSON object of texts': '{path} 不是由文本组成的 JSON 对象',
  '{policy} is no object identifier': '{policy} 不是对象标识符',
  '{program} can’t be run': '无法运行 {program}',
  'it wrote far more than a signature': '其输出远多于一个签名',
  'no answer within {seconds} seconds': '{seconds} 秒内没有应答',
  'exit code {code}: {words}': '退出码 {code}：{words}',
  'exit code {code}': '退出码 {code}',
  '{host} can’t be reached': '无法连接 {host}',
  'its answer is too long': '应答过长',
  'HTTP status {status}: {words}': 'HTTP 状态 {status}：{words}',
  'HTTP status {status}': 'HTTP 状态 {status}',
  'its answer holds no base64 signature': '应答中没有 base64 签名',
  'it is no Uint8Array': '不是 Uint8Array',
  'it is padded after PKCS #1 v1.5, not PSS': '按 PKCS #1 v1.5 而非 PSS 填充',
  'its salt is not as long as the digest': '盐值与摘要长度不同',
  'it has {bytes} bytes instead of {length}': '长度为 {bytes} 字节，应为 {length} 字节',
  'it is over the digest, hashed once more: the service wants `data`, or to be told that it gets a digest':
    '对摘要又计算了一次摘要：该服务需要 `data`，或需告知其收到的是摘要',
  'its digest is {found}, not {digest}': '所用摘要为 {found}，而不是 {digest}',
  'another key or another digest made it': '由另一密钥或另一摘要算法生成',
  '{problem}; pkcs11-tool signs with the first key of the token unless --id names another':
    '{problem}；除非用 --id 指定，pkcs11-tool 使用令牌中的第一个密钥签名',
  // Time stamps and answers about certificates.
  'the answer of {host} is for other bytes': '{host} 的应答针对其他数据',
  'the answer of {host} is for another request (nonce)': '{host} 的应答针对另一请求（nonce）',
  'the answer of {host} follows another policy ({policy})': '{host} 的应答采用另一策略（{policy}）',
  'the answer of {host} has another digest': '{host} 的应答采用另一摘要算法',
  'the answer of {host} is not signed by a certificate in it': '{host} 的应答不是由其中的证书签署',
  'the answer of {host} can’t be read': '{host} 的应答无法读取',
  '{host} answered with HTTP status {status}': '{host} 返回 HTTP 状态 {status}',
  'the request was refused (status {status}): {words}': '请求被拒绝（状态 {status}）：{words}',
  'the request was refused (status {status})': '请求被拒绝（状态 {status}）',
  'it needs {bytes} bytes more than there is room for': '比预留空间多出 {bytes} 字节',
  '{count} time stamps in one record are read, no more': '一条证据记录最多读取 {count} 个时间戳',
  'the record to be renewed has an algorithm that is not allowed': '待更新的证据记录使用了不允许的算法',
  'no certificate of the chain says where to ask about it': '证书链中没有证书写明查询地址',
  'no trusted certificate says where to ask about it': '没有受信任的证书写明查询地址',
  'no answer about this certificate': '没有关于该证书的应答',
  'what came back can’t be read': '返回的内容无法读取',
  'the answer is not heard ({reason})': '应答未被采信（{reason}）',
  'it is no address that is asked': '不是可查询的地址',
  'this host is not to be asked': '不允许查询该主机',
  // Lists and stores of whom to trust.
  'there is no PEM certificate in it': '其中没有 PEM 证书',
  'a PEM block is cut off': 'PEM 数据不完整',
  'certificate {number} can’t be read': '第 {number} 个证书无法读取',
  'certificate {number} ({subject}) is no CA certificate': '第 {number} 个证书（{subject}）不是 CA 证书',
  'the anchors are no list': '信任锚不是列表',
  'an anchor is text: PEM, not bytes': '信任锚应为文本（PEM），而不是字节',
  'a list of anchors for {purpose}': '是用于 {purpose} 的信任锚列表',
  'it is neither PEM nor JSON': '既不是 PEM 也不是 JSON',
  'no trust list of the C2PA: {where}': '不是 C2PA 信任列表：{where}',
  'usages and dates go with authorities alone': '密钥用途和日期只能用于发证机构',
  'there is no key usage for content in it': '其中没有用于内容的密钥用途',
  'there is no public key in it': '其中没有公钥',
  'a certificate can’t be read': '有证书无法读取',
  'no JSON': '不是 JSON',
  // Requests, and the record of an authority.
  '{name} can’t be read': '无法读取 {name}',
  'it is no request in the form of PKCS #10': '不是 PKCS #10 格式的请求',
  'its key is of a kind that is not certified; take P-256, RSA from 2048 bits, Ed25519 or SM2':
    '不为该类密钥签发证书；请使用 P-256、2048 位以上 RSA、Ed25519 或 SM2',
  'its signature does not hold, so nothing shows that the key is there': '其签名无效，无法证明持有该密钥',
  'it can’t be read': '无法读取',
  'it is missing': '缺失',
  'it is no entry': '不是记录条目',
  'it is no authority': '不是认证机构',
  'it bears another number': '序号不符',
  'the entry before it was changed': '前一条目已被改动',
} as const

/** Both languages, side by side. */
export const problems = {
  ...own,
  ...certificateProblems,
  ...fileProblems,
  ...identityProblems,
  ...systemProblems,
}

type Filled<T> = T extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : T

/** Words that there are in both languages. */
export type Problem = Filled<keyof typeof problems>

/** The words as they are: the compiler sees to it that there are Chinese ones. */
export const problem = (words: Problem): string => words

interface Phrase {
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly words: string
}

/** Those with places for facts, longer ones first; made when first needed. */
let phrases: readonly Phrase[] | undefined

function phraseOf([english, words]: readonly [string, string]): Phrase {
  const names = [...english.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const parts = english.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's'), names, words }
}

/** One phrase of the table, its facts where they belong; undefined for anything else. */
function phraseIn(text: string): string | undefined {
  if (Object.hasOwn(problems, text)) return problems[text as keyof typeof problems]
  phrases ??= Object.entries(problems)
    .filter(([english]) => english.includes('{'))
    .sort(([a], [b]) => b.length - a.length)
    .map(phraseOf)
  for (const { pattern, names, words } of phrases) {
    const [match, ...found] = pattern.exec(text) ?? []
    if (match === undefined) continue
    const facts = new Map(names.map((name, index) => [name, found[index] ?? '']))
    return words.replace(/\{(\w+)\}/g, (_, name: string) => {
      const fact = facts.get(name) ?? ''
      return phraseIn(fact) ?? fact
    })
  }
  return undefined
}

/** What is in the table in Chinese, also where several are listed, each behind its place; anything else as it is. */
export function inChinese(text: string): string {
  const phrase = phraseIn(text)
  if (phrase !== undefined) return phrase
  const list = text.split('; ')
  if (list.length > 1) return list.map(inChinese).join('；')
  const [, place, rest = ''] = /^([\w.[\]$/:-]+): (.+)$/s.exec(text) ?? []
  return place === undefined ? text : `${place}：${inChinese(rest)}`
}
