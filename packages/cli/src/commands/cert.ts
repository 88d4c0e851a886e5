/** `yinji cert`: certificates, from the side of those who have them and those who look at them. */
import type { Command } from 'commander'
import { install, request } from '../authority/enrol.ts'
import { show } from '../authority/show.ts'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'

export function cert(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji cert show photo.labeled.jpg', t('who signed it, in plain words', '用通俗的话说明由谁签名')],
    ['yinji cert request --provider "Acme AI"', t('ask an authority for certificates', '向认证机构申请证书')],
  ])
  for (const add of [show, request, install]) add(command, context)
}
