/** A service that signs with a key that nobody else sees, and a signer that asks it: npx tsx examples/signing-service.ts */
import { randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createAuthority, createHttpSigner } from '@yinji/provenance'

const own = await createAuthority({ organization: 'Acme Keys' })
const authorization = `Bearer ${randomUUID()}`

// In front of a KMS, this is the one function that asks it; some want `digest` instead of `data`.
const server = createServer(async (request, response) => {
  const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
  if (request.headers.authorization !== authorization) return answer(401, { error: 'who are you?' })
  const { schema, algorithm, data } = (await json(request)) as Record<string, string>
  if (schema !== 'yinji.sign/1' || algorithm !== 'ES256' || data === undefined)
    return answer(400, { error: `${schema} and ${algorithm} are not for this key` })
  const signature = sign('sha256', Buffer.from(data, 'base64'), own.signerKey)
  return answer(200, { signature: signature.toString('base64') })
}).listen(0, '127.0.0.1')
await once(server, 'listening')

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`
const chain = own.signerCertificate + own.issuingCertificate
const signer = createHttpSigner({ url, chain, headers: { authorization } })
const signature = await signer.sign(Buffer.from('what is signed'))
console.log(signer.algorithm, '·', signature.byteLength, 'bytes')

const stranger = createHttpSigner({ url, chain })
await stranger.sign(Buffer.from('what is signed')).catch((error) => console.log(error.details.problem))

server.close()
server.closeAllConnections()
