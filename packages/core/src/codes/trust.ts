/** Codes about the trust store and the lists in it. */
import { entry } from './entry.ts'

export const trustCodes = {
  'trust.anchor.expired': entry(
    'warning',
    [
      'The anchor {subject} was valid until {notAfter}.',
      'Nothing that was signed later leads to it.',
      'Ask the authority for its new root and add it; remove this one with `yinji trust remove`.',
    ],
    [
      '信任锚 {subject} 有效期至 {notAfter}。',
      '此后签署的内容不再通向它。',
      '请向该机构索取新的根证书并添加；用 `yinji trust remove` 移除旧证书。',
    ],
  ),
  'trust.anchor.expiring': entry(
    'info',
    [
      'The anchor {subject} is valid until {notAfter}.',
      'It runs out within a month.',
      'Ask the authority for its new root.',
    ],
    ['信任锚 {subject} 有效期至 {notAfter}。', '将在一个月内到期。', '请向该机构索取新的根证书。'],
  ),
  'trust.list.overdue': entry(
    'warning',
    [
      'The list {id} should have been renewed by {nextUpdate}.',
      'Providers may have been added or withdrawn since.',
      'Get the newest edition and run `yinji trust update`.',
    ],
    [
      '列表 {id} 应于 {nextUpdate} 前更新。',
      '此后可能有提供者加入或退出。',
      '请获取最新版本并运行 `yinji trust update`。',
    ],
  ),
  'security.provider.suspended': entry(
    'warning',
    [
      'The provider {provider} is suspended.',
      'A list in your trust store says that this provider is not believed for the time being.',
      'Ask whoever keeps the list.',
    ],
    ['提供者 {provider} 已被暂停。', '您的信任库中的列表写明暂不采信该提供者。', '请询问列表的维护者。'],
  ),
  'security.provider.withdrawn': entry(
    'error',
    [
      'The provider {provider} is no longer registered.',
      'A list in your trust store says that this provider code is withdrawn.',
      'Ask whoever keeps the list; take the file for unsigned.',
    ],
    [
      '提供者 {provider} 已不再登记。',
      '您的信任库中的列表写明该服务提供者编码已撤销。',
      '请询问列表的维护者；该文件应视为未签名。',
    ],
  ),
  'input.list.malformed': entry(
    'fault',
    [
      'This is no trust list ({problem}).',
      'A trust list is a signed JSON file of the kind `yinji trust export` writes.',
      'Get the file again from whoever keeps the list.',
    ],
    [
      '这不是信任列表（{problem}）。',
      '信任列表是由 `yinji trust export` 生成的签名 JSON 文件。',
      '请向列表维护者重新获取。',
    ],
  ),
  'input.list.signature': entry(
    'fault',
    [
      'The signature of the trust list does not hold.',
      'The list was changed after it was signed, or damaged on the way.',
      'Get the file again from whoever keeps the list.',
    ],
    ['信任列表的签名无效。', '列表在签名后被改动，或在传送中损坏。', '请向列表维护者重新获取。'],
  ),
  'input.list.signer': entry(
    'fault',
    [
      'This identity can’t sign a trust list.',
      'It takes an SM2 key or one on P-256.',
      'Use another identity.',
    ],
    ['该身份无法签署信任列表。', '需要 SM2 密钥或 P-256 密钥。', '请使用其他身份。'],
  ),
  'input.list.foreign': entry(
    'fault',
    [
      'The trust list {id} is signed with another key than the one you trust for it ({key}).',
      'Somebody else signed it, or whoever keeps the list has a new key.',
      'Ask them; after a change of key remove the list and add it with `--key`.',
    ],
    [
      '信任列表 {id} 的签名密钥不是您为其信任的密钥（{key}）。',
      '由他人签署，或列表维护者更换了密钥。',
      '请向其核实；确已更换密钥时，移除该列表后用 `--key` 重新添加。',
    ],
  ),
  'input.list.rollback': entry(
    'fault',
    [
      'The trust list {id} is older than the one you have ({got} after {have}).',
      'An older list could bring back providers that have been withdrawn, so it is refused.',
      'Get the newest edition.',
    ],
    [
      '信任列表 {id} 比您已有的更旧（已有 {have}，收到 {got}）。',
      '旧列表可能恢复已撤销的提供者，因此拒绝。',
      '请获取最新版本。',
    ],
  ),
  'input.list.fork': entry(
    'fault',
    [
      'There are two different editions {got} of the trust list {id}.',
      'An edition has one content. One of the two is not what was published.',
      'Ask whoever keeps the list.',
    ],
    [
      '信任列表 {id} 的第 {got} 版有两种不同内容。',
      '同一版本只能有一种内容，其中之一不是公布的版本。',
      '请询问列表的维护者。',
    ],
  ),
  'usage.list.key': entry(
    'fault',
    [
      'The trust list {id} is new here: say which key it must be signed with.',
      'It is signed with {key}. Compare that with what whoever keeps the list has published elsewhere.',
      'If it is the same, take the list over by `yinji trust import` with `--key {key}`.',
    ],
    [
      '信任列表 {id} 首次出现：请说明其签名密钥。',
      '其签名密钥为 {key}；请与列表维护者另行公布的密钥核对。',
      '如一致，请用 `yinji trust import` 并加 `--key {key}` 导入。',
    ],
  ),
  'input.list.unreachable': entry(
    'fault',
    [
      'The list at {url} could not be fetched.',
      'The address does not answer, or sends something else than a list.',
      'Try again later, or fetch the file yourself and run `yinji trust import`.',
    ],
    [
      '无法获取 {url} 处的列表。',
      '该地址没有应答，或返回的不是列表。',
      '请稍后再试，或自行下载后运行 `yinji trust import`。',
    ],
  ),
  'usage.list.offline': entry(
    'fault',
    [
      'A list comes from the network: {origin}.',
      'Nothing is fetched unless you ask for it.',
      'Run `yinji trust update --online`.',
    ],
    ['有列表来自网络：{origin}。', '未经要求不会联网。', '请运行 `yinji trust update --online`。'],
  ),
  'usage.trust.leaf': entry(
    'fault',
    [
      '{subject} is no authority.',
      'An anchor vouches for others; this certificate signs for itself alone.',
      'Add it with `--pin` to trust it as such, or with `--provider CODE` to bind its key to a provider.',
    ],
    [
      '{subject} 不是发证机构。',
      '信任锚为他人担保，而该证书只代表自己签名。',
      '用 `--pin` 直接信任该证书，或用 `--provider 编码` 将其密钥绑定到提供者。',
    ],
  ),
  'usage.trust.unknown': entry(
    'fault',
    ['There is no {id} in the trust store.', 'Nothing was removed.', 'See `yinji trust list`.'],
    ['信任库中没有 {id}。', '未移除任何内容。', '参见 `yinji trust list`。'],
  ),
  'usage.trust.damaged': entry(
    'fault',
    [
      'The trust store {path} can’t be read.',
      'It is damaged, or of a newer version.',
      'Restore it from a backup, or move it away and add what you trust again.',
    ],
    [
      '信任库 {path} 无法读取。',
      '文件已损坏，或来自更新的版本。',
      '请从备份恢复，或移走后重新添加信任内容。',
    ],
  ),
} as const
