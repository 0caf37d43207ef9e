/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { generateKeyPairSync } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  accessToken,
  anyOf,
  customToken,
  decryptionKey,
  defineTokens,
  idToken,
  issuer,
  issuers,
  logoutToken,
  revocationsOf,
  singleProcessStore,
  transactionToken,
  type PublicKeyAlgorithm,
  type ReplayStore,
  type RevocationStore,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, keyServerDefects, testKey, testSecret } from '@jwt-guard/testing'
import { CompactEncrypt } from 'jose'
import { beforeAll, describe, expect, onTestFinished, vi } from 'vitest'
import { hasRedis, RedisServer } from '../faults/redis-server.js'
import { issuerId } from '../faults/tokens.js'
import { Worker } from '../faults/workers.js'
import { build } from '../packaging/build.js'
import { attack, expectAccepted, expectRefusals, refusedFor, verdictOf } from './catalogue.js'
import { fetchingWorld, many, unavailable } from './key-world.js'

const audience = 'https://api.test'
const clock = fixedClock()
const fake = new FakeIssuer({ clock })
const common = { audience, maxLifetime: '15m', issuer: fake.issuer } as const
/** One whose tokens take no time to sign and verify, for those of which there are thousands. */
const hasty = new FakeIssuer({ clock, keys: [testSecret()] })
type Parts = [header: string, payload: string, signature: string]
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

attack('CRR-01', 'each of ten thousand tokens that are alike is its own, in whatever order', async () => {
  const { verify } = apiWith(undefined, hasty)
  const all = many(10_000, (at) => ({
    sub: `user-${at}`,
    text: hasty.accessToken({ claims: { sub: `user-${at}` } }),
  }))
  for (const order of [all, all.toReversed(), all.slice(-100), all.slice(0, 100), all.slice(0, 100)]) {
    const found: unknown[] = []
    for (const { text } of order) found.push((await verify(text)).claims.sub)
    expect(found).toEqual(order.map(({ sub }) => sub))
  }
})

attack('CRR-01', 'no part of a token that was verified makes another good', async () => {
  for (const owner of [hasty, fake]) {
    const { verify } = apiWith(undefined, owner)
    const [one, two] = ['a', 'b'].map((sub) => owner.accessToken({ claims: { sub } }).split('.')) as [Parts, Parts]
    await verify(one.join('.'))
    await verify(two.join('.'))
    const [header, payload, signature] = one
    const changed = Array.from(signature, (letter, at) => {
      const other = letter === 'A' ? 'Q' : 'A'
      return signature.slice(0, at) + other + signature.slice(at + 1)
    })
    const end = signature.slice(-6)
    await expectRefusals(verify, one.join('.'), [
      ...refusedFor('ERR_SIGNATURE_INVALID', {
        'the payload of another': [header, two[1], signature].join('.'),
        'the signature of another': [header, payload, two[2]].join('.'),
        'the end of another': [header, payload, signature.slice(0, -6) + two[2].slice(-6)].join('.'),
        'its end alone': [header, payload, 'A'.repeat(signature.length - 6) + end].join('.'),
      }),
      ...refusedFor(
        ['ERR_SIGNATURE_INVALID', 'ERR_TOKEN_MALFORMED'],
        changed.map((bad) => [header, payload, bad].join('.')),
      ),
      ...refusedFor('ERR_TOKEN_MALFORMED', [end, `${header}.${payload}.`, `${one.join('.')}.${end}`]),
    ])
  }
})

attack('CRR-02', 'a token that was verified as one kind is verified as no other, by whatever guard asks', async () => {
  const kinds = {
    access: accessToken({ audience, issuer: fake.issuer }),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    logout: logoutToken({ issuer: fake.issuer, clientId: 'web' }),
    transaction: transactionToken({ issuer: fake.issuer, audience }),
    reset: customToken({ ...common, typ: 'reset+jwt' }),
    invite: customToken({ ...common, typ: 'invite+jwt' }),
  }
  const set = defineTokens(kinds, { clock })
  const elsewhere = defineTokens(
    { access: accessToken({ audience: 'https://other.test', issuer: fake.issuer }) },
    { clock },
  )
  const valid = {
    access: fake.accessToken(),
    id: fake.idToken(),
    logout: fake.logoutToken(),
    transaction: fake.transactionToken(),
    reset: token(),
    invite: fake.customToken('invite+jwt', {}),
  }
  const names = Object.keys(valid) as (keyof typeof valid)[]
  const verdict = (kind: (typeof names)[number], text: string) =>
    verdictOf(() => (kind === 'id' ? set.id.verify(text, { nonce: 'nonce-1' }) : set[kind].verify(text)))
  for (let round = 0; round < 3; round++) {
    for (const its of names) {
      expect(await verdict(its, valid[its])).toBe('accepted')
      const others = names.filter((kind) => kind !== its)
      for (const kind of others) expect([its, kind, await verdict(kind, valid[its])]).not.toContain('accepted')
      expect(await verdictOf(() => elsewhere.access.verify(valid[its]))).not.toBe('accepted')
    }
  }
  const either = anyOf(set.reset, set.invite)
  expect(await verdictsOf(either.verify, [valid.access, valid.invite, valid.transaction])).toEqual([
    'ERR_TYP_MISMATCH',
    'accepted',
    'ERR_TYP_MISMATCH',
  ])
})

attack(
  'CRR-03',
  'what was accepted is refused from the second on that it has ended, and before it begins',
  async () => {
    const own = fixedClock()
    const owner = new FakeIssuer({ clock: own, keys: [testSecret()] })
    const { access } = defineTokens(
      { access: accessToken({ audience, issuer: owner.issuer, clockTolerance: 0 }) },
      { clock: own },
    )
    const text = owner.accessToken({ claims: { nbf: own.now() + 10, exp: own.now() + 20 } })
    const verdicts: string[] = []
    for (const seconds of [0, 10, 9, 1, -1, -10, 1, 10]) {
      own.advance(seconds)
      verdicts.push(await verdictOf(() => access.verify(text)))
    }
    const [early, late] = ['ERR_TOKEN_NOT_YET_VALID nbf', 'ERR_TOKEN_EXPIRED exp']
    expect(verdicts).toEqual([early, 'accepted', 'accepted', late, 'accepted', early, 'accepted', late])
  },
)

attack('CRR-03', 'what was accepted is refused once it was revoked, or used', async () => {
  const { verify, revokeToken } = apiWith()
  const text = fake.accessToken({ claims: { jti: 'a' } })
  expect(await verdictsOf(verify, [text, text])).toEqual(['accepted', 'accepted'])
  await revokeToken({ iss: fake.id, jti: 'a' })
  expect(await verdictsOf(verify, [text, text])).toEqual([revoked, revoked])
  const once = token()
  expect(await verdictsOf(resetWith(), [once, once])).toEqual(['accepted', used])
})

attack('CRR-04', 'an outage is forgotten when it is over, and lets nobody in while it lasts', async () => {
  const { server, clock: own, fake: owner, verdict } = await fetchingWorld()
  const text = owner.accessToken({ claims: { exp: own.now() + 36_000 } })
  const down = keyServerDefects['status 500']
  for (let round = 0; round < 3; round++) {
    server.respond = down
    expect([await verdict(text), await verdict(text)]).toEqual([unavailable, unavailable])
    server.respond = undefined
    own.advance(60)
    expect([await verdict(text), await verdict(text)]).toEqual(['accepted', 'accepted'])
    // Past everything that was fetched.
    own.advance(600 + 3600)
  }
})

attack(
  'CRR-04',
  'a resolver and a store that were away are asked again, for a text that was verified before',
  async () => {
    let isAway = false
    const whenThere = <T>(value: T): T => {
      if (isAway) throw new Error('away')
      return value
    }
    const memory = singleProcessStore()
    const { verify } = apiWith({
      revoke: memory.revoke,
      revokedBefore: (keys) => whenThere(memory.revokedBefore(keys)),
    })
    const resolved = resetWith(undefined, { issuer: issuers(() => whenThere(fake.issuer)) })
    const text = fake.accessToken()
    for (const answer of ['accepted', away, 'accepted', away]) {
      isAway = answer === away
      expect(await verdictsOf(verify, [text, text])).toEqual([answer, answer])
    }
    expect(await verdictsOf(resolved, [token()])).toEqual(['DependencyError ERR_ISSUER_UNAVAILABLE'])
    isAway = false
    expect(await verdictsOf(resolved, [token()])).toEqual(['accepted'])
  },
)

attack('CRR-05', 'of distinct tokens a bounded number is remembered, and of those that are refused none', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { verify } = apiWith(undefined, hasty)
  const stranger = new FakeIssuer({ clock, keys: [testSecret()] })
  const megabytesAfter = async (count: number, by: FakeIssuer) => {
    for (let at = 0; at < count; at++) {
      await verdictOf(() => verify(by.accessToken({ claims: { sub: `${at}`, pad: `${at}`.padEnd(5600, 'x') } })))
    }
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  // Enough to fill whatever is bounded; then three times as much, of which nothing more is left: 60 MB if it were.
  const full = await megabytesAfter(1000, hasty)
  expect((await megabytesAfter(4000, hasty)) - full).toBeLessThan(10)
  expect((await megabytesAfter(4000, stranger)) - full).toBeLessThan(10)
})

attack('CRR-06', 'whoever is handed claims can change them for nobody, at any depth', async () => {
  const { verify } = apiWith()
  const text = fake.accessToken({ claims: { tree: ['a', { deep: ['b'] }], act: { sub: 'c' } } })
  const written = JSON.stringify(await verify(text))
  for (let round = 0; round < 2; round++) {
    const verified = await verify(text)
    const seen = new Set<object>()
    const change = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return
      seen.add(value)
      for (const name of [...Object.keys(value), 'admin', '0', 'length']) {
        expect(Reflect.set(value, name, 99)).toBe(false)
        expect(Reflect.defineProperty(value, name, { value: 99 })).toBe(false)
      }
      for (const name of Object.keys(value)) expect(Reflect.deleteProperty(value, name)).toBe(false)
      expect(Reflect.setPrototypeOf(value, { admin: true })).toBe(false)
      for (const inner of Object.values(value)) change(inner)
    }
    change(verified)
    expect(seen.size).toBe(7)
    expect(JSON.stringify(await verify(text))).toBe(written)
  }
})

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

attack('CRR-18', 'a key that was withdrawn, or has new material, accepts nothing that it accepted before', async () => {
  const { server, key, clock: own, fake: owner, verdict } = await fetchingWorld()
  const text = owner.accessToken({ claims: { exp: own.now() + 36_000 } })
  const publish = (...keys: readonly { readonly jwk: typeof key.jwk }[]) => {
    server.jwks = { keys: keys.map(({ jwk }) => jwk) }
    own.advance(600)
  }
  expect([await verdict(text), await verdict(text)]).toEqual(['accepted', 'accepted'])
  for (let round = 0; round < 2; round++) {
    publish(testKey('ES256', 'other'))
    expect([await verdict(text), await verdict(text)]).toEqual(['ERR_KEY_UNKNOWN', 'ERR_KEY_UNKNOWN'])
    publish(testKey('ES256', key.kid))
    expect([await verdict(text), await verdict(text)]).toEqual(['ERR_SIGNATURE_INVALID', 'ERR_SIGNATURE_INVALID'])
    publish(testKey('ES256', 'other'), key)
    expect([await verdict(text), await verdict(text)]).toEqual(['accepted', 'accepted'])
  }
})

attack(
  'CRR-18',
  'keys that nobody can be asked about any more, and those of a closed source, accept nothing',
  async () => {
    const { server, keys, clock: own, fake: owner, verdict } = await fetchingWorld()
    const text = owner.accessToken({ claims: { exp: own.now() + 36_000 } })
    expect(await verdict(text)).toBe('accepted')
    server.respond = keyServerDefects['status 500']
    own.advance(600 + 3600)
    expect([await verdict(text), await verdict(text)]).toEqual([unavailable, unavailable])
    server.respond = undefined
    own.advance(60)
    expect(await verdict(text)).toBe('accepted')
    keys.close()
    expect([await verdict(text), await verdict(text)]).toEqual([unavailable, unavailable])
  },
)

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
