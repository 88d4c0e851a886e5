/** `yinji ca`: an authority that certifies AI services. */
import type { Command } from 'commander'
import { init, issue, renew, rotate } from '../authority/issue.ts'
import { exporting, list } from '../authority/list.ts'
import { crl, ocsp } from '../authority/lists.ts'
import { release, revoke } from '../authority/revoke.ts'
import { serve } from '../authority/serve.ts'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'

export function ca(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji ca init --organization "Example Ministry"', t('found it', '创建认证机构')],
    ['yinji ca issue acme.csr --as-requested -o acme.pem', t('certify a service', '为服务签发证书')],
  ])
  for (const add of [init, issue, renew, rotate, revoke, release, crl, ocsp, serve, list, exporting])
    add(command, context)
}
