import { generateKeyPairSync } from 'node:crypto'
import {
  accessToken,
  anyOf,
  customToken,
  decryptionKey,
  defineTokens,
  idToken,
  issuer,
  issuers,
  revocationsOf,
  singleProcessStore,
  verifyCompactJws,
  type ClaimsSchema,
  type Issuer,
} from '@jwt-guard/core'
import { FakeIssuer, forge, testKey, testSecret } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { outcome } from '../tokens/outcome.js'
import { counted } from './counted-key.js'
import { encrypted } from './encrypted.js'

const audience = 'https://api.test'
const custom = { typ: 'own+jwt', audience, maxLifetime: '15m' } as const
type Options = Partial<Parameters<typeof customToken>[0]> & { readonly claims?: ClaimsSchema }

/** An issuer whose checks of signatures are counted, and types of it, each in a set of its own. */
function world(fake = new FakeIssuer()) {
  const { clock } = fake
  const { source, signatures } = counted(fake.key.source)
  const trusted = issuer(fake.id, { keys: source })
  const own = (options: Options = {}) =>
    defineTokens({ own: customToken({ ...custom, issuer: trusted, ...options }) }, { clock }).own
  const token = (claims: object = {}, header: object = {}) =>
    fake.customToken('own+jwt', { ...claims }, { header: { ...header } })
  return { clock, fake, signatures, issuer: trusted, own, token }
}

/** A world in which one token was verified, and remembered. */
async function afterOne(claims: object = {}, options: Options = {}, header: object = {}) {
  const made = world()
  const text = made.token(claims, header)
  expect(await outcome(made.own(options).verify(text))).toBe('accepted')
  expect(made.signatures.checked).toBe(1)
  return { ...made, text }
}

describe('the signature of a text is checked once', () => {
  test.each([
    ['ES256', () => new FakeIssuer({ keys: [testKey('ES256')] })],
    ['RS256', () => new FakeIssuer({ keys: [testKey('RS256')] })],
    ['Ed25519', () => new FakeIssuer({ keys: [testKey('Ed25519')] })],
    ['HS256', () => new FakeIssuer({ keys: [testSecret('HS256')] })],
  ])('%s', async (_, signer) => {
    const { signatures, own, token } = world(signer())
    const [text, other] = [token({ sub: 'a' }), token({ sub: 'b' })]
    const type = own()
    const first = await type.verify(text)
    for (let count = 0; count < 5; count++) expect(await type.verify(text)).toEqual(first)
    expect(signatures.checked).toBe(1)
    expect(await type.verify(other)).toMatchObject({ claims: { sub: 'b' } })
    expect(signatures.checked).toBe(2)
  })

  test('by whatever asks: another type of another set, several types, an explanation, verifyCompactJws', async () => {
    const { signatures, own, token, issuer: trusted, clock, fake } = world()
    const text = token()
    const payload = { aud: audience }
    expect(await verifyCompactJws(text, counted(fake.key.source).source)).toMatchObject({ header: { typ: 'own+jwt' } })
    expect(await outcome(own().verify(text))).toBe('accepted')
    expect(signatures.checked).toBe(1)
    const both = defineTokens(
      {
        other: customToken({ ...custom, typ: 'other+jwt', issuer: trusted }),
        own: customToken({ ...custom, issuer: trusted }),
      },
      { clock },
    )
    expect(await anyOf(both.other, both.own).verify(text)).toMatchObject({ type: 'own', claims: payload })
    expect(await both.own.explain(text)).toMatchObject({ accepted: true })
    expect(await both.own.verify(text)).toMatchObject({ claims: payload })
    expect(signatures.checked).toBe(1)
  })

  test('after an explanation, and after a rule has refused the token', async () => {
    const { signatures, own, token } = world()
    const text = token()
    expect(await own({ required: ['sub'] }).explain(text)).toMatchObject({ code: 'ERR_CLAIM_MISSING', claim: 'sub' })
    expect(await outcome(own({ required: ['sub'] }).verify(text))).toBe('ERR_CLAIM_MISSING sub')
    expect(await outcome(own().verify(text))).toBe('accepted')
    expect(signatures.checked).toBe(1)
  })

  test('and the bytes that verifyCompactJws hands out are a copy each time', async () => {
    const { signatures, own, token, fake } = world()
    const text = token({ sub: 'a' })
    const { source } = counted(fake.key.source)
    const first = await verifyCompactJws(text, source)
    first.payload.fill(0x20)
    const second = await verifyCompactJws(text, source)
    expect(JSON.parse(Buffer.from(second.payload).toString())).toMatchObject({ sub: 'a' })
    expect(await own().verify(text)).toMatchObject({ claims: { sub: 'a' } })
    expect(signatures.checked).toBe(1)
  })

  test('where many verify it at once, each gets the same, and whoever comes later checks no more', async () => {
    const { signatures, own, token, issuer: trusted } = world()
    const text = token({ sub: 'a' })
    const type = own({ issuer: issuers(async () => trusted) })
    const all = await Promise.all(Array.from({ length: 20 }, () => type.verify(text)))
    expect(all).toEqual(Array.from({ length: 20 }, () => all[0]))
    const { checked } = signatures
    expect(await type.verify(text)).toEqual(all[0])
    expect(signatures.checked).toBe(checked)
  })

  test('and what verifyCompactJws has verified is no token unless its payload is one', async () => {
    const { signatures, own, fake } = world()
    const [header = ''] = fake.customToken('own+jwt', {}).split('.')
    const bytes = { header: Buffer.from(header, 'base64url'), payload: 'no claims', key: fake.key }
    const text = forge(bytes)
    const { source, signatures: others } = counted(fake.key.source)
    for (let round = 0; round < 2; round++) {
      expect(Buffer.from((await verifyCompactJws(text, source)).payload).toString()).toBe('no claims')
      expect(await outcome(own().verify(text))).toBe('ERR_CLAIMS_MALFORMED')
    }
    expect([others.checked, signatures.checked]).toEqual([1, 0])
  })

  test('and what a type has verified with an extension is nothing for verifyCompactJws, which knows none', async () => {
    const { own, token, fake } = world()
    const text = token({}, { crit: ['tenant'], tenant: 'a' })
    expect(await outcome(own({ extensions: { tenant: () => true } }).verify(text))).toBe('accepted')
    expect(await outcome(verifyCompactJws(text, fake.key.source))).toBe('ERR_HEADER_INVALID')
  })

  test('a bad one is checked each time, and is never good', async () => {
    const { signatures, fake, own } = world()
    const forged = fake.customToken('own+jwt', {}, { key: testKey() })
    for (let count = 1; count <= 3; count++) {
      expect(await outcome(own().verify(forged))).toBe('ERR_SIGNATURE_INVALID')
      expect(signatures.checked).toBe(count)
    }
  })
})

describe('of a remembered text everything else is asked again', () => {
  test('the time: past its end, before its beginning, and back between the two', async () => {
    const { clock, own, text, signatures } = await afterOne()
    const type = own({ clockTolerance: 0 })
    clock.advance(299)
    expect(await outcome(type.verify(text))).toBe('accepted')
    clock.advance(1)
    expect(await outcome(type.verify(text))).toBe('ERR_TOKEN_EXPIRED exp')
    clock.advance(-301)
    expect(await outcome(type.verify(text))).toBe('ERR_TOKEN_NOT_YET_VALID iat')
    clock.advance(1)
    expect(await outcome(type.verify(text))).toBe('accepted')
    expect(signatures.checked).toBe(1)
  })

  test.each<[string, Options, string]>([
    ['typ', { typ: 'other+jwt' }, 'ERR_TYP_MISMATCH'],
    ['audience', { audience: 'https://other.test' }, 'ERR_AUDIENCE_MISMATCH aud'],
    ['required claims', { required: ['sub'] }, 'ERR_CLAIM_MISSING sub'],
    ['forbidden claims', { forbidden: ['jti'] }, 'ERR_CLAIM_FORBIDDEN jti'],
    ['fixed claims', { fixed: { use: 'b' } }, 'ERR_CLAIM_MISMATCH use'],
    ['lifetime', { maxLifetime: 60 }, 'ERR_LIFETIME_EXCEEDED exp'],
    ['length', { maxTokenLength: 256 }, 'ERR_TOKEN_TOO_LONG'],
    ['issuer', { issuer: issuer('https://other.test', { keys: testKey().source }) }, 'ERR_ISSUER_UNKNOWN iss'],
    ['issuers that are looked up', { issuer: issuers(() => undefined) }, 'ERR_ISSUER_UNKNOWN iss'],
    ['schema', { claims: refusing }, 'ERR_CLAIMS_INVALID'],
    ['keys: another algorithm', { issuer: theSame(testKey('RS256')) }, 'ERR_ALGORITHM_MISMATCH'],
    ['keys: another kid', { issuer: theSame(testKey('ES256', 'other')) }, 'ERR_KEY_UNKNOWN'],
    ['keys: other material under the same kid', { issuer: theSame(testKey()) }, 'ERR_SIGNATURE_INVALID'],
  ])('the %s of the type', async (_, options, code) => {
    const { own, text } = await afterOne({ use: 'a' }, { fixed: { use: 'a' } })
    expect(await outcome(own(options).verify(text))).toBe(code)
    expect(await outcome(own().verify(text))).toBe('accepted')
    expect(await outcome(own(options).verify(text))).toBe(code)
  })

  test('the answer of the schema, which gets the same claims each time, and cannot change them', async () => {
    const answers = [true, false, true]
    const changes: string[] = []
    const { own, text, signatures } = await afterOne({ groups: ['a', { deep: ['b'] }] })
    const claims: ClaimsSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          const { groups } = value as { groups: [string, { deep: string[] }] }
          for (const change of [
            () => groups.push('c'),
            () => groups[1].deep.pop(),
            () => Object.assign(groups[1], { a: 1 }),
          ]) {
            try {
              change()
            } catch (error) {
              changes.push((error as Error).name)
            }
          }
          return answers.shift() === true ? { value: { groups } } : { issues: [] }
        },
      },
    }
    const type = own({ claims })
    const { claims: first } = await type.verify(text)
    expect(await outcome(type.verify(text))).toBe('ERR_CLAIMS_INVALID')
    expect(await type.verify(text)).toMatchObject({ claims: first })
    expect(first).toMatchObject({ groups: ['a', { deep: ['b'] }] })
    expect(changes).toEqual(Array.from({ length: 9 }, () => 'TypeError'))
    expect(signatures.checked).toBe(1)
  })

  test('the answer of the check of an extension, and whether the type knows it', async () => {
    let answer = true
    const extensions = { tenant: () => answer }
    const { own, text, signatures } = await afterOne({}, { extensions }, { crit: ['tenant'], tenant: 'a' })
    const type = own({ extensions })
    answer = false
    expect(await outcome(type.verify(text))).toBe('ERR_HEADER_INVALID')
    answer = true
    expect(await outcome(type.verify(text))).toBe('accepted')
    expect(await outcome(own().verify(text))).toBe('ERR_HEADER_INVALID')
    expect(signatures.checked).toBe(1)
  })

  test('the context', async () => {
    const { fake, issuer: trusted, clock, signatures } = world()
    const { id } = defineTokens({ id: idToken({ issuer: trusted, clientId: 'web' }) }, { clock })
    const text = fake.idToken()
    expect(await outcome(id.verify(text, { nonce: 'nonce-1' }))).toBe('accepted')
    expect(await outcome(id.verify(text, { nonce: 'nonce-2' }))).toBe('ERR_CLAIM_MISMATCH nonce')
    expect(await outcome(id.verify(text, { nonce: null }))).toBe('ERR_CLAIM_MISMATCH nonce')
    expect(await outcome(id.verify(text, { nonce: 'nonce-1', acrValues: ['a'] }))).toBe('ERR_CLAIM_MISSING acr')
    expect(await outcome(id.verify(text, { nonce: 'nonce-1' }))).toBe('accepted')
    expect(signatures.checked).toBe(1)
  })

  test('whether it was revoked', async () => {
    const { fake, issuer: trusted, clock, signatures } = world()
    const revocations = singleProcessStore()
    const tokens = defineTokens({ access: accessToken({ issuer: trusted, audience, revocations }) }, { clock })
    const text = fake.accessToken({ claims: { jti: 'a' } })
    expect(await outcome(tokens.access.verify(text))).toBe('accepted')
    await revocationsOf(tokens).revokeToken({ iss: fake.id, jti: 'a' })
    expect(await outcome(tokens.access.verify(text))).toBe('ERR_TOKEN_REVOKED')
    expect(signatures.checked).toBe(1)
  })

  test('whether it was used', async () => {
    const { own, text, signatures } = await afterOne()
    const once = own({ singleUse: singleProcessStore() })
    expect(await outcome(once.verify(text))).toBe('accepted')
    expect(await outcome(once.verify(text))).toBe('ERR_TOKEN_REPLAYED jti')
    expect(signatures.checked).toBe(1)
  })

  test('whether it came encrypted, and what the header around it says', async () => {
    const { fake, own, token, signatures } = world()
    const { privateKey, publicKey } = generateKeyPairSync('x25519')
    const way = { alg: 'ECDH-ES', enc: 'A128GCM' } as const
    const type = own({ decryption: decryptionKey(privateKey, { algorithm: way.alg, encryption: way.enc }) })
    const text = token({ sub: 'a' })
    expect(await outcome(type.verify(await encrypted(text, publicKey, way)))).toBe('accepted')
    expect(await outcome(type.verify(await encrypted(text, publicKey, { ...way, iss: fake.id })))).toBe('accepted')
    expect(await outcome(type.verify(text))).toBe('ERR_TOKEN_NOT_ENCRYPTED')
    const wrong = { ...way, iss: 'https://other.test' }
    expect(await outcome(type.verify(await encrypted(text, publicKey, wrong)))).toBe('ERR_CLAIM_MISMATCH iss')
    expect(await outcome(own().verify(text))).toBe('accepted')
    expect(signatures.checked).toBe(1)
  })

  test('the issuer that a resolver answers: its keys count, and nothing that another one had', async () => {
    const made = world()
    const { fake } = made
    let answer: Issuer = made.issuer
    const resolver = () => issuers(() => answer)
    const text = made.token()
    expect(await outcome(made.own({ issuer: resolver() }).verify(text))).toBe('accepted')
    answer = theSame(testKey())
    expect(await outcome(made.own({ issuer: resolver() }).verify(text))).toBe('ERR_SIGNATURE_INVALID')
    // The same material in another issuer is another key, of which nothing is remembered: it is asked.
    const again = counted(fake.key.source)
    answer = issuer(fake.id, { keys: again.source })
    expect(await outcome(made.own({ issuer: resolver() }).verify(text))).toBe('accepted')
    expect([made.signatures.checked, again.signatures.checked]).toEqual([1, 1])
  })
})

const refusing: ClaimsSchema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) } }

/** The issuer of the tokens, by its id alone, with this key. */
function theSame(key: ReturnType<typeof testKey>): Issuer {
  return issuer(new FakeIssuer().id, { keys: key.source })
}
