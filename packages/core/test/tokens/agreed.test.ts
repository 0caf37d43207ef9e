import {
  accessToken,
  decryptionKey,
  defineTokens,
  idToken,
  logoutToken,
  clientAssertion,
  singleProcessStore,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { CompactEncrypt, exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { outcome } from './outcome.ts'

/** What a kind's user has agreed on with the issuer, beyond what every token of the kind is. */

const fake = new FakeIssuer()
const { issuer, clock } = fake
const pair = await generateKeyPair('RSA-OAEP-256', { extractable: true })
const algorithms = { algorithm: 'RSA-OAEP-256', encryption: 'A256GCM' } as const
const jwk = await exportJWK(pair.privateKey)
const decryption = decryptionKey({ ...jwk, kty: 'RSA' }, algorithms)

function encrypted(token: string): Promise<string> {
  const header = { alg: algorithms.algorithm, enc: algorithms.encryption, cty: 'JWT' }
  return new CompactEncrypt(Buffer.from(token)).setProtectedHeader(header).encrypt(pair.publicKey)
}

const agreed = defineTokens(
  {
    access: accessToken({ issuer, audience: 'https://api.test', decryption }),
    id: idToken({ issuer, clientId: 'web', decryption }),
    logout: logoutToken({ issuer, clientId: 'web', decryption }),
  },
  { clock },
)

test.each([
  ['AT-2 an access token', fake.accessToken(), (text: string) => agreed.access.verify(text)],
  ['ID-1 an ID token', fake.idToken(), (text: string) => agreed.id.verify(text, { nonce: 'nonce-1' })],
  ['LO-1 a logout token', fake.logoutToken(), (text: string) => agreed.logout.verify(text)],
])('%s comes encrypted where that is agreed, and else is refused', async (_, token, verify) => {
  expect(await outcome(verify(await encrypted(token)))).toBe('accepted')
  expect(await outcome(verify(token))).toBe('ERR_TOKEN_NOT_ENCRYPTED')
})

test('LO-7 a logout token is taken once', async () => {
  const once = defineTokens(
    { logout: logoutToken({ issuer, clientId: 'web', singleUse: singleProcessStore() }) },
    { clock },
  )
  const text = fake.logoutToken()
  expect(await outcome(once.logout.verify(text))).toBe('accepted')
  expect(await outcome(once.logout.verify(text))).toBe('ERR_TOKEN_REPLAYED jti')
  expect(await outcome(once.logout.verify(fake.logoutToken()))).toBe('accepted')
})

test('CA-3 a client assertion is taken once', async () => {
  const options = { issuer, audience: 'https://as.test', singleUse: singleProcessStore() }
  const once = defineTokens({ client: clientAssertion(options) }, { clock })
  const text = fake.clientAssertion()
  expect(await outcome(once.client.verify(text))).toBe('accepted')
  expect(await outcome(once.client.verify(text))).toBe('ERR_TOKEN_REPLAYED jti')
})
