/** The keys of an authority: sealed files, opened once and kept while the authority is. */
import { join } from 'node:path'
import { InputError, UsageError } from '@yinji/core'
import { createLabelSigner, type LabelSigner, pemOf } from '@yinji/provenance'
import {
  type CertificateKey,
  generatePrivateKey,
  type KeyKind,
  openCertificateKey,
  sealPrivateKey,
} from '@yinji/provenance/certificates'
import { readKeyFile, writeKeyFile } from '../key-file.ts'

/** Asked when a key is opened for the first time. */
export type Passphrase = () => Promise<string | undefined>

export interface Vault {
  /** `c2pa/root`, `sm2/issuing-1` … @throws SignError when it can’t be opened. */
  open(name: string): Promise<CertificateKey>
  /** Makes a key, seals it and writes it down. */
  make(name: string, kind: KeyKind): Promise<CertificateKey>
  /** Signs the register. */
  register(): Promise<LabelSigner>
}

export const registerKey = 'register'

/** Shorter ones are guessed in days, even at 16 MiB a guess. */
const leastCharacters = 8

export function openVault(directory: string, passphrase: Passphrase): Vault {
  let known: string | undefined
  const ask = async () => {
    known ??= await passphrase()
    if (known === undefined) throw new InputError('authority.passphrase.missing')
    return known
  }
  const keys = new Map<string, Promise<CertificateKey>>()
  const path = (name: string) => join(directory, `${name}.key`)
  const open = async (name: string) => openCertificateKey(await readKeyFile(path(name)), await ask())
  return {
    open(name) {
      const key = keys.get(name) ?? open(name)
      keys.set(name, key)
      key.catch(() => keys.delete(name))
      return key
    },
    async make(name, kind) {
      const secret = await ask()
      if ([...secret].length < leastCharacters) throw new UsageError('authority.passphrase.weak')
      const pkcs8 = await generatePrivateKey(kind)
      await writeKeyFile(path(name), await sealPrivateKey(pkcs8, secret))
      const key = openCertificateKey(pemOf('PRIVATE KEY', pkcs8))
      keys.set(name, Promise.resolve(key))
      return key
    },
    register: async () =>
      createLabelSigner({ key: await readKeyFile(path(registerKey)), passphrase: await ask() }),
  }
}
