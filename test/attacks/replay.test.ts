/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { generateKeyPairSync } from 'node:crypto'
import {
  accessToken,
  anyOf,
  customToken,
  decryptionKey,
  defineTokens,
  issuer,
  revocationsOf,
  singleProcessStore,
  type PublicKeyAlgorithm,
  type ReplayStore,
  type RevocationStore,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey } from '@jwt-guard/testing'
import { CompactEncrypt } from 'jose'
import { beforeAll, describe, expect, onTestFinished, vi } from 'vitest'
import { hasRedis, RedisServer } from '../faults/redis-server.js'
import { issuerId } from '../faults/tokens.js'
import { Worker } from '../faults/workers.js'
import { build } from '../packaging/build.js'
import { attack, expectAccepted, expectRefusals, refusedFor, verdictOf } from './catalogue.js'

const audience = 'https://api.test'
const clock = fixedClock()
const fake = new FakeIssuer({ clock })
const common = { audience, maxLifetime: '15m', issuer: fake.issuer } as const
const used = 'ERR_TOKEN_REPLAYED jti'
const away = 'DependencyError ERR_STORE_UNAVAILABLE'

function resetWith(singleUse: ReplayStore = singleProcessStore(), options: object = {}) {
  const type = customToken({ ...common, typ: 'reset+jwt', singleUse, ...options })
  return defineTokens({ reset: type }, { clock }).reset.verify
}
const token = (claims: object = {}, by = fake) => by.customToken('reset+jwt', { ...claims })
const verdictsOf = async (verify: (text: string) => Promise<unknown>, texts: readonly string[]) => {
  const verdicts: string[] = []
  for (const text of texts) verdicts.push(await verdictOf(() => verify(text)))
  return verdicts
}

/** The orders of the curves (FIPS 186-5), for the other of two signatures. */
const curves = [
  ['ES256', 32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
  ['ES384', 48, 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'],
] as const satisfies readonly (readonly [PublicKeyAlgorithm, number, string])[]

function twinOf(text: string, bytes: number, order: string): string {
  const [header = '', payload = '', signature = ''] = text.split('.')
  const both = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${order}`) - BigInt(`0x${both.subarray(bytes).toString('hex')}`)
  const other = Buffer.from(s.toString(16).padStart(bytes * 2, '0'), 'hex')
  return [header, payload, Buffer.concat([both.subarray(0, bytes), other]).toString('base64url')].join('.')
}

attack('CRR-07', 'a token that was used is used in whatever form it comes: n - s, or encrypted anew', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const way = { alg: 'ECDH-ES', enc: 'A128GCM' } as const
  const decryption = decryptionKey(privateKey, { algorithm: way.alg, encryption: way.enc })
  const sealed = (text: string) =>
    new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ ...way, cty: 'JWT' }).encrypt(publicKey)
  for (const [algorithm, bytes, order] of curves) {
    const owner = new FakeIssuer({ clock, keys: [testKey(algorithm)] })
    const options = { issuer: owner.issuer, decryption, unencrypted: 'accepted' }
    const forms = async (text: string) => {
      const twin = twinOf(text, bytes, order)
      return [text, twin, await sealed(text), await sealed(text), await sealed(twin)]
    }
    const texts = await forms(token({}, owner))
    expect(new Set(texts).size).toBe(5)
    for (const first of texts) {
      const verify = resetWith(singleProcessStore(), options)
      await expectAccepted(verify, { first })
      expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => used))
    }
  }
  const text = token()
  const verify = resetWith()
  const variants = [`${text} `, ` ${text}`, `${text}=`, `${text}\n`, text.replace('.', '=.'), `${text}.`]
  await expectRefusals(verify, text, refusedFor('ERR_TOKEN_MALFORMED', variants))
  expect(await verdictsOf(verify, [text])).toEqual([used])
})

attack('CRR-08', 'of a hundred presentations at once one is accepted, a hundred times', async () => {
  const slow = (): ReplayStore => {
    const keys = new Set<string>()
    return {
      add: async (key) => {
        // Atomic where it decides, late where it answers.
        const isNew = !keys.has(key)
        keys.add(key)
        await new Promise((resolve) => void setImmediate(resolve))
        return isNew
      },
    }
  }
  for (const verify of [resetWith(), resetWith(slow())]) {
    for (let round = 0; round < 100; round++) {
      const text = token()
      const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdictOf(() => verify(text))))
      expect(verdicts.toSorted()).toEqual([...Array.from({ length: 99 }, () => used), 'accepted'])
    }
  }
})

attack('CRR-09', 'no two tokens are taken for one, whatever is in iss and jti', async () => {
  // With any of these between them, iss and jti could be cut apart in two ways.
  const between = ['', ':', ',', '","', '|', '.', '/', '-', '\\', '%3A']
  const ids = ['urn:a', ...between.map((mark) => `urn:a${mark}b`)]
  const jtis = new Set(['c', 'C', '"c"', 'null', ...between.flatMap((mark) => [`b${mark}c`, `${mark}c`])])
  const owners = ids.map((id) => new FakeIssuer({ id, clock, keys: [testKey()] }))
  const verify = resetWith(singleProcessStore(), { issuer: owners.map(({ issuer }) => issuer) })
  const texts = owners.flatMap((owner) => [...jtis].map((jti) => token({ jti }, owner)))
  expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => 'accepted'))
  expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => used))
})

attack('CRR-10', 'no second lies between the end of the memory and the end of the token', async () => {
  for (const clockTolerance of [0, 1, 30, 300]) {
    const own = fixedClock()
    const owner = new FakeIssuer({ clock: own })
    const singleUse = singleProcessStore()
    const type = customToken({ ...common, issuer: owner.issuer, typ: 'reset+jwt', singleUse, clockTolerance })
    const { reset } = defineTokens({ reset: type }, { clock: own })
    const text = token({ exp: own.now() + 60.5 }, owner)
    await expectAccepted(reset.verify, { text })
    for (let half = 1; half < 2 * (60 + clockTolerance + 5); half++) {
      own.advance(0.5)
      const isOver = half / 2 >= 60.5 + clockTolerance
      expect(await verdictOf(() => reset.verify(text))).toBe(isOver ? 'ERR_TOKEN_EXPIRED exp' : used)
    }
  }
})

attack('CRR-11', 'a store that is full refuses what is new, and forgets nothing that was used', async () => {
  const verify = resetWith(singleProcessStore({ capacity: 50 }))
  const texts = Array.from({ length: 50 }, () => token())
  expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => 'accepted'))
  const flood = Array.from({ length: 500 }, () => token())
  expect(await verdictsOf(verify, flood)).toEqual(flood.map(() => away))
  expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => used))
})

attack('CRR-12', 'a store that is away, flaps or hangs lets nobody in', async () => {
  let calls = 0
  const memory = singleProcessStore()
  const flapping: ReplayStore = {
    add: async (key, seconds) => {
      if (calls++ % 2 === 0) throw new Error('away')
      return memory.add(key, seconds)
    },
  }
  const text = token()
  expect(await verdictsOf(resetWith(flapping), [text, text, text, text])).toEqual([away, 'accepted', away, used])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const add = vi.fn<ReplayStore['add']>(() => new Promise(() => {}))
  const hanging = resetWith({ add })
  const verdict = verdictOf(() => hanging(token()))
  while (add.mock.calls.length === 0) await new Promise((resolve) => void setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(5000)
  expect(await verdict).toBe(away)
})

attack('CRR-13', 'nobody uses up the token of another with what is refused', async () => {
  const memory = singleProcessStore()
  const verify = resetWith(memory)
  const invites = defineTokens(
    {
      invite: customToken({ ...common, typ: 'invite+jwt', singleUse: memory }),
      note: customToken({ ...common, typ: 'note+jwt', singleUse: memory }),
    },
    { clock },
  )
  const victim = token({ jti: 'victim' })
  const stranger = new FakeIssuer({ clock })
  const now = clock.now()
  await verdictsOf(verify, [
    token({ jti: 'victim' }, stranger),
    token({ jti: 'victim', aud: 'https://other.test' }),
    token({ jti: 'victim', iat: now - 600, exp: now - 300 }),
    token({ jti: 'victim', nbf: now + 300 }),
    token({ jti: 'victim', events: {} }),
    `${victim.slice(0, -4)}AAAA`,
  ])
  await verdictsOf(invites.invite.verify, [victim])
  await verdictsOf(anyOf(invites.invite, invites.note).verify, [victim])
  expect(await verdictsOf(verify, [victim, victim])).toEqual(['accepted', used])
})

attack('CRR-14', 'a jti has at most 1024 characters, and every one takes as much room', async () => {
  const keys: string[] = []
  const noting: ReplayStore = { add: (key) => keys.push(key) > 0 }
  const verify = resetWith(noting, { maxTokenLength: 1024 * 1024 })
  const valid = token({ jti: 'x' })
  const long = token({ jti: 'x'.repeat(700_000) })
  await expectRefusals(verify, valid, refusedFor('ERR_CLAIM_INVALID', { long }, 'jti'))
  await expectAccepted(verify, { longest: token({ jti: 'x'.repeat(1024) }) })
  expect(keys.map((key) => key.length)).toEqual([43, 43])
})

attack('CRR-17', 'a token that is good again since the clock was set back is used all the same', async () => {
  const own = fixedClock()
  const owner = new FakeIssuer({ clock: own })
  const type = customToken({ ...common, issuer: owner.issuer, typ: 'reset+jwt', singleUse: singleProcessStore() })
  const { reset } = defineTokens({ reset: type }, { clock: own })
  const text = token({}, owner)
  await expectAccepted(reset.verify, { text })
  own.advance(3600)
  expect(await verdictsOf(reset.verify, [text, token({}, owner)])).toEqual(['ERR_TOKEN_EXPIRED exp', 'accepted'])
  own.advance(-3600)
  expect(await verdictsOf(reset.verify, [text])).toEqual([used])
  own.advance(200)
  expect(await verdictsOf(reset.verify, [text])).toEqual([used])
})

const revoked = 'ERR_TOKEN_REVOKED'

function apiWith(revocations: RevocationStore = singleProcessStore(), by = fake) {
  const tokens = defineTokens({ access: accessToken({ audience, issuer: by.issuer, revocations }) }, { clock })
  return { verify: tokens.access.verify, ...revocationsOf(tokens) }
}

attack('CRR-07', 'a token that was revoked is revoked in whatever form it comes', async () => {
  for (const [algorithm, bytes, order] of curves) {
    const owner = new FakeIssuer({ clock, keys: [testKey(algorithm)] })
    const { verify, revokeToken } = apiWith(singleProcessStore(), owner)
    const text = owner.accessToken({ claims: { jti: 'a' } })
    const twin = twinOf(text, bytes, order)
    const again = owner.accessToken({ claims: { jti: 'a', pad: 'x' } })
    expect(await verdictsOf(verify, [text, twin, again])).toEqual(['accepted', 'accepted', 'accepted'])
    await revokeToken({ iss: owner.id, jti: 'a' })
    expect(await verdictsOf(verify, [text, twin, again])).toEqual([revoked, revoked, revoked])
  }
})

attack('CRR-09', 'nothing is revoked by what is made of other parts', async () => {
  const ids = ['urn:a', 'urn:a:b', 'urn:a","b', 'urn:a,b', 'urn:a|b']
  const values = ['b', ':b', 'b:c', '","b', 'b","c', '\\', 'b|c', 'null', '["b"]', 'B', 'b ', 'jti', 'token']
  const key = testKey()
  const owner = new FakeIssuer({ id: 'urn:a', clock, keys: [key] })
  const type = accessToken({
    audience,
    issuer: ids.map((id) => issuer(id, { keys: id === owner.id ? key.source : testKey().source })),
    revocations: singleProcessStore(),
  })
  const tokens = defineTokens({ access: type }, { clock })
  const { revokeToken, revokeSession, revokeSubject, revokeClient } = revocationsOf(tokens)
  for (const iss of ids) {
    for (const value of values) {
      if (iss === 'urn:a' && value === 'b') continue
      await Promise.all([
        revokeToken({ iss, jti: value }),
        revokeSession({ iss, sid: value }),
        revokeSubject({ iss, sub: value }),
        revokeClient({ iss, client_id: value }),
      ])
    }
  }
  const claims = { iss: 'urn:a', jti: 'b', sid: 'b', sub: 'b', client_id: 'b', azp: 'b' }
  const text = owner.accessToken({ claims })
  expect(await verdictsOf(tokens.access.verify, [text])).toEqual(['accepted'])
  await revokeSession({ iss: 'urn:a', sid: 'b' })
  expect(await verdictsOf(tokens.access.verify, [text])).toEqual([revoked])
})

attack('CRR-11', 'a store that is full of revocations takes no more, and forgets none', async () => {
  const { verify, revokeToken } = apiWith(singleProcessStore({ capacity: 50 }))
  const jtis = Array.from({ length: 500 }, (_, at) => `jti-${at}`)
  const recorded = await Promise.allSettled(jtis.map((jti) => revokeToken({ iss: fake.id, jti })))
  expect(recorded.map(({ status }) => status === 'fulfilled')).toEqual(jtis.map((_, at) => at < 50))
  const texts = jtis.slice(0, 50).map((jti) => fake.accessToken({ claims: { jti } }))
  expect(await verdictsOf(verify, texts)).toEqual(texts.map(() => revoked))
})

attack('CRR-15', 'where nobody can say what was revoked, nobody is let in', async () => {
  let calls = 0
  const memory = singleProcessStore()
  const flapping: RevocationStore = {
    revoke: memory.revoke,
    revokedBefore: async (keys) => {
      if (calls++ % 2 === 0) throw new Error('away')
      return memory.revokedBefore(keys)
    },
  }
  const { verify, revokeToken } = apiWith(flapping)
  const text = fake.accessToken({ claims: { jti: 'a' } })
  expect(await verdictsOf(verify, [text, text])).toEqual([away, 'accepted'])
  await revokeToken({ iss: fake.id, jti: 'a' })
  expect(await verdictsOf(verify, [text, text])).toEqual([away, revoked])
})

attack('CRR-16', 'of several revocations none makes another weaker, in whatever order', async () => {
  const now = clock.now()
  const iss = fake.id
  const early = { before: now - 60 }
  const orders = [
    async ({ revokeSubject, revokeClient }: ReturnType<typeof apiWith>) => {
      await revokeSubject({ iss, sub: 'user-1' })
      await revokeClient({ iss, client_id: 'web' }, early)
    },
    async ({ revokeSubject, revokeClient }: ReturnType<typeof apiWith>) => {
      await revokeSubject({ iss, sub: 'user-1' }, early)
      await revokeClient({ iss, client_id: 'web' })
    },
    async ({ revokeSubject }: ReturnType<typeof apiWith>) => {
      await revokeSubject({ iss, sub: 'user-1' })
      await revokeSubject({ iss, sub: 'user-1' }, early)
    },
    async ({ revokeSubject, revokeSession }: ReturnType<typeof apiWith>) => {
      await revokeSession({ iss, sid: 's' })
      await revokeSubject({ iss, sub: 'user-1' }, early)
    },
  ]
  for (const revoke of orders) {
    const api = apiWith()
    await revoke(api)
    const text = fake.accessToken({ claims: { sid: 's', iat: now } })
    expect(await verdictsOf(api.verify, [text])).toEqual([revoked])
  }
})

attack(
  'CRR-19',
  'in two instances that share no store, a token is used twice: that is what sharing is for',
  async () => {
    const text = token()
    const instances = [resetWith(), resetWith()]
    for (const verify of instances) expect(await verdictsOf(verify, [text, text])).toEqual(['accepted', used])
  },
)

describe.runIf(hasRedis)('two processes with one store', () => {
  beforeAll(async () => build('test/faults'), 120_000)

  attack('CRR-19', 'what was used in one instance is used in the other, and of both at once one accepts', async () => {
    const server = await RedisServer.start()
    onTestFinished(async () => server.stop())
    const by = new FakeIssuer({ id: issuerId, clock: fixedClock(Math.floor(Date.now() / 1000)) })
    const setup = { url: server.url, mode: 'strict', maxLag: 5, timeout: 4, jwks: by.jwks } as const
    const [one, other] = await Worker.startMany(2, setup)
    onTestFinished(() => [one, other].forEach((worker) => worker?.stop()))
    const accepted = async (tokens: readonly string[], worker: Worker | undefined) => {
      const outcomes = await worker?.ask({ task: 'present', tokens, times: 10, pause: 0 })
      expect(outcomes?.map(({ unavailable }) => unavailable)).toEqual(tokens.map(() => 0))
      return outcomes?.map((outcome) => outcome.accepted)
    }
    const fresh = () => Array.from({ length: 20 }, () => by.customToken('password-reset+jwt', { sub: 'user-1' }))
    for (const [first, second] of [
      [one, other],
      [other, one],
    ]) {
      const texts = fresh()
      expect(await accepted(texts, first)).toEqual(texts.map(() => 1))
      expect(await accepted(texts, second)).toEqual(texts.map(() => 0))
    }
    const texts = fresh()
    const [here, there] = await Promise.all([accepted(texts, one), accepted(texts, other)])
    expect(texts.map((_, index) => (here?.[index] ?? 0) + (there?.[index] ?? 0))).toEqual(texts.map(() => 1))
  })
})
