/** What every command of an authority needs: where it is, what opens it, how it is written down. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeNew as write } from '@yinji/toolkit'
import {
  type Authority,
  contentKeyKinds,
  type Issued,
  openAuthority,
  serialIn,
} from '@yinji/toolkit/authority'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { pad, safe, width } from '../paint.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from '../passphrase.ts'

export interface AuthorityFlags extends PassphraseFlags {
  readonly authority?: string
  readonly json?: true
}

/** A subcommand with the options all of them have. */
export function subcommand(
  parent: Command,
  name: string,
  summary: string,
  context: Context,
  { keys = true } = {},
): Command {
  const { t } = context
  const command = parent
    .command(name)
    .summary(summary)
    .description(summary)
    .option('--authority <dir>', t('the authority’s directory', '认证机构的目录'))
    .option('--json', t('print JSON', '输出 JSON'))
  return keys ? passphraseOption(command, context) : command
}

/** Whom a certificate is for, as far as the organisation is not in question. */
export interface SubjectFlags {
  readonly service?: string
  readonly code?: string
  readonly filingNumber?: string
  readonly country?: string
}

export function subjectOptions(command: Command, { t }: Context): Command {
  return command
    .option('--service <name>', t('name of the public service', '面向公众的服务名称'))
    .option('--code <27chars>', t('provider code (TC260-PG-20252A)', '服务提供者编码（TC260-PG-20252A）'))
    .option('--filing-number <number>', t('filing number of the algorithm', '算法备案号'))
    .option('--country <CC>', t('two letters', '两位字母'))
}

/** `--key` and `--no-sm2`: the keys of both families. */
export interface KeyKindFlags {
  readonly key: (typeof contentKeyKinds)[number]
  readonly sm2: boolean
}

export function keyKindOptions(command: Command, { t }: Context): Command {
  return command
    .addOption(
      new Option('--key <kind>', t('kind of the key for manifests', '用于清单的密钥类型'))
        .choices(contentKeyKinds)
        .default('P-256'),
    )
    .option('--no-sm2', t('no SM2 keys, which sign labels', '不使用用于标识的 SM2 密钥'))
}

export function directoryOf({ authority }: AuthorityFlags, { home, io }: Context): string {
  return authority === undefined ? join(home, 'authority') : resolve(io.cwd, authority)
}

export async function openFor(flags: AuthorityFlags, context: Context): Promise<Authority> {
  return openAuthority(directoryOf(flags, context), passphraseFor(flags, context))
}

/** A serial number, or the file of a certificate, which has one. */
export async function serialOf(text: string, { io }: Context): Promise<string> {
  const file = await readFile(resolve(io.cwd, text)).catch(() => undefined)
  return (file && serialIn(file)) ?? text.replaceAll(':', '')
}

/** Never over a file that is there. */
export async function writeNew(name: string, content: string | Uint8Array, { io }: Context): Promise<void> {
  await write(resolve(io.cwd, name), content)
}

/** What `--json` says about a certificate. */
export function jsonOf({ family, issuer, serial, profile, certificate, replaces, revoked }: Issued) {
  const { subject, notBefore, notAfter, fingerprint } = certificate
  return {
    serial,
    family,
    issuer,
    profile,
    subject: subject.text,
    organization: subject.organization,
    service: subject.commonName,
    code: subject.organizationIdentifier,
    filingNumber: subject.description,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    fingerprint,
    replaces,
    revoked: revoked && {
      at: revoked.at.toISOString(),
      reason: revoked.reason,
      since: revoked.since?.toISOString() ?? null,
    },
  }
}

/** One line for each. */
export async function printAll(all: readonly Issued[], context: Context): Promise<void> {
  const { terminal, paint, t } = context
  const now = new Date()
  const rows = all.map(({ serial, profile, certificate, revoked }) => {
    const { organization, organizationIdentifier, commonName } = certificate.subject
    const expired = certificate.notAfter < now
    const state = revoked
      ? paint('red', `${t('revoked', '已撤销')} ${revoked.at.toISOString().slice(0, 10)} ${revoked.reason}`)
      : paint(expired ? 'yellow' : 'green', `${expired ? t('expired', '已过期') : t('good', '有效')}`)
    return {
      cells: [
        serial.slice(0, 16),
        profile,
        [organization, organizationIdentifier, commonName].filter(Boolean).join(' · '),
        `→ ${certificate.notAfter.toISOString().slice(0, 10)}`,
      ].map(safe),
      state,
    }
  })
  const columns = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map(({ cells }) => width(cells[at] ?? ''))))
  for (const { cells, state } of rows)
    await terminal.print(`${cells.map((cell, at) => pad(cell, columns[at] ?? 0)).join('  ')}  ${state}`)
}
