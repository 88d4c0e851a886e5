/** Codes about running an authority. */
import { entry } from './entry.ts'

export const authorityCodes = {
  'authority.exists': entry(
    'fault',
    [
      'There is an authority in {path} already.',
      'Its keys must not be overwritten.',
      'Choose another directory with `--authority`.',
    ],
    ['{path} 中已有认证机构。', '其密钥不得覆盖。', '请用 `--authority` 指定其他目录。'],
  ),
  'authority.missing': entry(
    'fault',
    [
      'There is no authority in {path}.',
      'Certificates are issued by an authority of your own.',
      'Make one with `yinji ca init --organization NAME`, or name its directory with `--authority`.',
    ],
    [
      '{path} 中没有认证机构。',
      '证书由您自己的认证机构签发。',
      '请用 `yinji ca init --organization 名称` 创建，或用 `--authority` 指定目录。',
    ],
  ),
  'authority.record.broken': entry(
    'fault',
    [
      'The authority’s record is damaged: {path} ({problem}).',
      'Every entry names the one before; nothing is issued on top of a record that does not hold together.',
      'Restore the directory from a backup.',
    ],
    [
      '认证机构的记录已损坏：{path}（{problem}）。',
      '每条记录都指向前一条；记录不完整时不再签发。',
      '请从备份恢复该目录。',
    ],
  ),
  'authority.serial.unknown': entry(
    'fault',
    [
      'This authority issued no certificate {serial}.',
      'A serial number, the beginning of one that fits only once (8 digits at least), or the certificate’s file is needed.',
      'Look for it with `yinji ca list`.',
    ],
    [
      '该机构未签发过证书 {serial}。',
      '需要序列号、能唯一确定的前缀（至少 8 位）或证书文件。',
      '请用 `yinji ca list` 查找。',
    ],
  ),
  'authority.revoked.already': entry(
    'fault',
    [
      'The certificate {serial} is revoked already ({reason}).',
      'A revocation is final, except for certificateHold.',
      'Nothing needs to be done.',
    ],
    ['证书 {serial} 已被撤销（{reason}）。', '除 certificateHold 外，撤销不可更改。', '无需操作。'],
  ),
  'authority.held.not': entry(
    'fault',
    [
      'The certificate {serial} is not on hold.',
      'Only a certificate that was revoked as certificateHold can be released.',
      'Look it up with `yinji ca list`.',
    ],
    [
      '证书 {serial} 未处于暂停状态。',
      '只有以 certificateHold 撤销的证书可以恢复。',
      '请用 `yinji ca list` 查看。',
    ],
  ),
  'authority.key.compromised': entry(
    'fault',
    [
      'This key was revoked as compromised (certificate {serial}).',
      'A key that others may have is not certified again.',
      'Ask for a request with a new key.',
    ],
    ['该密钥已因泄露被撤销（证书 {serial}）。', '他人可能持有的密钥不再认证。', '请索取使用新密钥的请求。'],
  ),
  'authority.request.pending': entry(
    'fault',
    [
      'A request is under way already: its keys wait in {path}.',
      'Making new ones would leave the certificates that come back without their keys.',
      'Install what comes back with `yinji cert install`, or remove the directory to give the request up.',
    ],
    [
      '已有请求正在处理：其密钥保存在 {path}。',
      '重新生成密钥会使返回的证书失去对应的密钥。',
      '请用 `yinji cert install` 安装返回的证书；如需放弃该请求，请删除该目录。',
    ],
  ),
  'authority.subject.incomplete': entry(
    'fault',
    [
      'It is not said whom the certificate is for: {missing}.',
      'An authority vouches for what it writes into a certificate, so that is not taken from the request unseen.',
      'Name it, or take what the request says with `--as-requested` after checking it.',
    ],
    [
      '未说明证书颁发给谁：缺少 {missing}。',
      '机构对写入证书的内容负责，因此不会未经核对就采用请求中的内容。',
      '请明确填写，或核对后用 `--as-requested` 采用请求中的内容。',
    ],
  ),
  'authority.family.absent': entry(
    'fault',
    [
      'This authority certifies no keys of the kind {kind}.',
      'It was made without the hierarchy for them.',
      'Send the request to an authority that has it.',
    ],
    ['该机构不认证 {kind} 类密钥。', '创建时未包含相应的证书体系。', '请将请求提交给支持的机构。'],
  ),
  'authority.passphrase.missing': entry(
    'fault',
    [
      'The authority’s keys are protected by a passphrase.',
      'There is nobody to ask: no terminal, no file, no variable.',
      'Use `--passphrase-file FILE` or set YINJI_PASSPHRASE.',
    ],
    [
      '认证机构的密钥受口令保护。',
      '无处获取口令：没有终端、文件或环境变量。',
      '请用 `--passphrase-file 文件` 或设置 YINJI_PASSPHRASE。',
    ],
  ),
  'authority.passphrase.weak': entry(
    'fault',
    [
      'The passphrase is too short.',
      'It protects the keys of an authority; whoever copies the directory can guess as long as they like.',
      'Take at least 8 characters; better, five random words.',
    ],
    [
      '口令过短。',
      '它保护机构的密钥；取得目录副本的人可以无限次猜测。',
      '请至少使用 8 个字符，最好是五个随机单词。',
    ],
  ),
  'usage.passphrase.differs': entry(
    'fault',
    [
      'The two passphrases differ.',
      'One of them was mistyped; a key sealed with it could never be opened again.',
      'Run the command again.',
    ],
    ['两次输入的口令不同。', '其中一次输入有误；用它封存的密钥将无法打开。', '请重新运行该命令。'],
  ),
  'usage.certificate.unreadable': entry(
    'fault',
    [
      'There is no certificate in {path}.',
      'A certificate comes as PEM or DER, a request as PKCS #10, and labelled media hold both kinds of chains.',
      'Check the file’s name.',
    ],
    [
      '{path} 中没有证书。',
      '证书为 PEM 或 DER 格式，请求为 PKCS #10 格式，已标识的媒体中含有证书链。',
      '请检查文件名。',
    ],
  ),
  'sign.key.exposed': entry(
    'fault',
    [
      'Others on this machine can read the key {path} (mode {mode}).',
      'A key that others can read proves nothing.',
      'Run `chmod 600` on it; if others may have read it, replace it.',
    ],
    [
      '本机其他用户可读取密钥 {path}（权限 {mode}）。',
      '他人可读的密钥证明不了任何事。',
      '请执行 `chmod 600`；如可能已被读取，请更换密钥。',
    ],
  ),
} as const
