import { createGuard, defineTokens } from '@jwt-guard/core'
import { FakeIssuer, testKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { receivedWith } from '../http/received.ts'
import { recordedEvents } from '../http/service.ts'
import { kindNames, kindOf, verdictsOf, verifierOf, type KindName } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const events = recordedEvents()

/** The `typ` that is a kind's own, and what else it takes unless it is told otherwise. */
const typs: Readonly<Record<KindName, readonly (string | undefined)[]>> = {
  accessToken: ['at+jwt'],
  idToken: [undefined, 'JWT'],
  logoutToken: ['logout+jwt', undefined],
  clientAssertion: ['client-authentication+jwt', undefined],
  authorizationGrant: [undefined, 'JWT'],
  identityAssertionGrant: ['oauth-id-jag+jwt'],
  securityEventToken: ['secevent+jwt'],
  requestObject: ['oauth-authz-req+jwt'],
  introspectionResponse: ['token-introspection+jwt'],
  userInfoResponse: [undefined, 'JWT'],
  transactionToken: ['txntoken+jwt'],
  customToken: ['own+jwt'],
}
const everyTyp = [...new Set([...Object.values(typs).flat(), 'dpop+jwt', 'statuslist+jwt', 'id+jwt', 'text/at+jwt'])]

/** Kinds that are meant for one alone. */
const sole = new Set<KindName>([
  'idToken',
  'logoutToken',
  'clientAssertion',
  'identityAssertionGrant',
  'userInfoResponse',
])

/** The longest time from `iat` to `exp`, or where a token has no `exp`, from `iat` to now. */
const lifetimes: Readonly<Record<KindName, { readonly withExp?: number; readonly without?: number }>> = {
  accessToken: { withExp: 86_400 },
  idToken: { withExp: 86_400 },
  logoutToken: { withExp: 3600, without: 120 },
  clientAssertion: { withExp: 3600 },
  authorizationGrant: { withExp: 3600 },
  identityAssertionGrant: { withExp: 3600 },
  securityEventToken: { without: 86_400 },
  requestObject: { withExp: 3600 },
  introspectionResponse: { without: 300 },
  userInfoResponse: { withExp: 86_400, without: 600 },
  transactionToken: { withExp: 600 },
  customToken: { withExp: 900 },
}

describe.each(kindNames)('%s', (name) => {
  const { token, context, audience } = kindOf(name)
  const verdict = verdictsOf(name, fake)
  const own = typs[name]
  const { withExp } = lifetimes[name]

  test('a valid token is accepted', async () => {
    expect(await verdict()).toBe('accepted')
  })

  test('C-03 an encrypted token is refused, since none is agreed', async () => {
    const [header] = token(fake).split('.')
    expect(await outcome(verifierOf(name, fake)(`${header}.AAAA.AAAA.AAAA.AAAA`, context?.(fake)))).toBe(
      'ERR_TOKEN_ENCRYPTED',
    )
  })

  test('C-06 the algorithm is that of the key, and never none', async () => {
    expect(await verdict({}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
    for (const alg of ['ES384', 'RS256', 'HS256']) expect(await verdict({}, { alg })).toBe('ERR_ALGORITHM_MISMATCH')
  })

  test('C-14 the signature is that of the issuer', async () => {
    const forged = token(fake, { key: testKey('ES256', 'test') })
    expect(await outcome(verifierOf(name, fake)(forged, context?.(fake)))).toBe('ERR_SIGNATURE_INVALID')
  })

  test('C-08 its typ may be written in any case, with and without application/', async () => {
    for (const typ of own) expect(await verdict({}, { typ })).toBe('accepted')
    for (const typ of own.filter((one) => one !== undefined)) {
      for (const written of [typ.toUpperCase(), `application/${typ}`, `Application/${typ.toUpperCase()}`]) {
        expect(await verdict({}, { typ: written })).toBe('accepted')
      }
      for (const written of [`text/${typ}`, `${typ}s`, `x${typ}`]) {
        expect(await verdict({}, { typ: written })).toBe('ERR_TYP_MISMATCH')
      }
    }
  })

  test('C-09 any typ that is not its own is refused', async () => {
    for (const typ of everyTyp.filter((one) => !own.includes(one))) {
      expect([typ, await verdict({}, { typ })]).toEqual([typ, 'ERR_TYP_MISMATCH'])
    }
  })

  test('C-14 iss is exactly the issuer', async () => {
    for (const iss of [`${fake.id}/`, 'https://ISSUER.test', '', null, [fake.id], 1]) {
      expect([iss, await verdict({ iss })]).toEqual([iss, 'ERR_ISSUER_UNKNOWN iss'])
    }
    const unsaid = name === 'transactionToken' ? 'accepted' : 'ERR_ISSUER_UNKNOWN iss'
    expect(await verdict({ iss: undefined })).toBe(unsaid)
  })

  test('C-15 aud is there and ours', async () => {
    expect(await verdict({ aud: [audience] })).toBe('accepted')
    for (const aud of [undefined, null]) expect(await verdict({ aud })).toBe('ERR_CLAIM_MISSING aud')
    for (const aud of ['', [], 1, {}, [audience, null]]) expect(await verdict({ aud })).toBe('ERR_CLAIM_INVALID aud')
    for (const aud of ['other', ['other'], `${audience}/`]) {
      expect(await verdict({ aud })).toBe('ERR_AUDIENCE_MISMATCH aud')
    }
  })

  test('C-15 somebody else is among the audiences only of kinds that are meant for several', async () => {
    const answer = sole.has(name) ? 'ERR_AUDIENCE_MISMATCH aud' : 'accepted'
    for (const aud of [
      [audience, 'other'],
      ['other', audience],
    ]) {
      expect(await verdict({ aud })).toBe(answer)
    }
  })

  test('C-16 times are numbers', async () => {
    const forbidden = (claim: string) => claim === 'exp' && withExp === undefined
    for (const claim of ['exp', 'nbf', 'iat']) {
      for (const value of [String(now), true, {}, [now], now * 1000]) {
        const code = forbidden(claim) ? 'ERR_CLAIM_FORBIDDEN' : 'ERR_CLAIM_INVALID'
        expect(await verdict({ [claim]: value })).toBe(`${code} ${claim}`)
      }
    }
  })

  test('C-16 it begins by nbf and iat, with a tolerance of 30 seconds', async () => {
    for (const claim of ['nbf', 'iat']) {
      expect(await verdict({ [claim]: now + 30 })).toBe('accepted')
      expect(await verdict({ [claim]: now + 31 })).toBe(`ERR_TOKEN_NOT_YET_VALID ${claim}`)
    }
  })

  test('C-17 what is named is a string that is not empty and has no control characters', async () => {
    const refused = ['securityEventToken', 'introspectionResponse'].includes(name) ? 'FORBIDDEN' : 'INVALID'
    for (const value of ['', 'a\u0000', 1, true, {}, [], ['user-1']]) {
      expect(await verdict({ sub: value })).toBe(`ERR_CLAIM_${refused} sub`)
      expect(await verdict({ jti: value })).toBe('ERR_CLAIM_INVALID jti')
    }
  })

  test('a token that is bound to a key is refused, since no proof can be checked', async () => {
    for (const cnf of [{ jkt: 'a' }, {}, null]) expect(await verdict({ cnf })).toBe('ERR_TOKEN_BOUND cnf')
  })

  test('scope has its form where it is there, and another claim of scopes may be a list', async () => {
    expect(await verdict({ scope: 'a b' })).toBe('accepted')
    expect(await verdict({ scope: ['a'] })).toBe('ERR_CLAIM_INVALID scope')
    const scp = verdictsOf(name, fake, { scopeClaim: 'scp' })
    expect(await scp({ scp: ['a'] })).toBe('accepted')
    expect(await scp({ scp: ['a b'] })).toBe('ERR_CLAIM_INVALID scp')
  })

  test('a context is exactly what the kind needs', async () => {
    const right = context?.(fake)
    const wrong = [null, 'web', [], {}, { other: 'a' }, { ...right, other: 'a' }, { ...right, sub: 'user-1' }]
    const empty = Object.keys(right ?? {}).flatMap((member) =>
      ['', undefined, 1, ['web'], {}].map((value) => ({ [member]: value })),
    )
    const missing = right === undefined ? [] : [undefined]
    for (const given of [...wrong, ...empty, ...missing]) {
      await expect(verifierOf(name, fake)(token(fake), given)).rejects.toMatchObject({
        name: 'ConfigurationError',
        code: 'ERR_CONTEXT_INVALID',
      })
    }
  })

  test('a context that is not one says what to give', async () => {
    const members = Object.keys(context?.(fake) ?? {})
    const says =
      context === undefined
        ? /takes no context/
        : new RegExp(`is verified with \\{ ${members.join(', ')}, … \\}\\. Its context`)
    await expect(verifierOf(name, fake)(token(fake), { nonse: 1 })).rejects.toThrow(says)
  })

  test('whose it is and for whom has to be said', () => {
    const { type, audienceOption } = kindOf(name)
    for (const option of ['issuer', audienceOption]) {
      expect(mistake(() => type(fake, { [option]: undefined }))).toBe('ERR_OPTION_MISSING')
      expect(mistake(() => type(fake, {}, option))).toBe('ERR_OPTION_MISSING')
      for (const value of ['', ' web', 1, null, {}, [], [''], 'undefined', 'a\u0000']) {
        expect(mistake(() => type(fake, { [option]: value }))).toBe('ERR_OPTION_INVALID')
      }
    }
  })

  test('a guard of it has a context exactly where the kind needs one', () => {
    const { it } = defineTokens({ it: kindOf(name).type(fake) }, { clock: fake.clock })
    const guarded = (options: object) => mistake(() => createGuard(it as never, options as never))
    const given = { context: () => context?.(fake) }
    const expected = context === undefined ? ['accepted', 'ERR_OPTION_UNKNOWN'] : ['ERR_OPTION_MISSING', 'accepted']
    expect([guarded({}), guarded(given)]).toEqual(expected)
  })

  test('an option that its kind does not have is refused', () => {
    for (const options of [{ nonse: 1 }, { clientID: 'web' }, { audiense: 'a' }, { maxLifetime: undefined }]) {
      expect(mistake(() => kindOf(name).type(fake, options))).toMatch(/^ERR_OPTION_(UNKNOWN|MISSING)$/)
    }
  })
})

describe.each(kindNames.filter((name) => lifetimes[name].withExp !== undefined))('%s, with exp', (name) => {
  const verdict = verdictsOf(name, fake)
  const { withExp: most = 0 } = lifetimes[name]

  test('C-16 it ends by exp, with a tolerance of 30 seconds', async () => {
    expect(await verdict({ iat: now - 60, exp: now - 29 })).toBe('accepted')
    expect(await verdict({ iat: now - 60, exp: now - 30 })).toBe('ERR_TOKEN_EXPIRED exp')
  })

  test('C-16 from iat to exp it lives no longer than its kind does', async () => {
    expect(await verdict({ exp: now + most })).toBe('accepted')
    expect(await verdict({ exp: now + most + 1 })).toBe('ERR_LIFETIME_EXCEEDED exp')
    expect(await verdict({ iat: now - 10, exp: now + most - 9 })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })

  test('C-16 maxLifetime is the longest time from iat to exp', async () => {
    const short = verdictsOf(name, fake, { maxLifetime: 100 })
    expect(await short({ exp: now + 100 })).toBe('accepted')
    expect(await short({ exp: now + 101 })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })
})

describe.each(kindNames.filter((name) => lifetimes[name].without !== undefined))('%s, without exp', (name) => {
  const { token, context } = kindOf(name)
  const verdict = verdictsOf(name, fake)
  const { without: most = 0 } = lifetimes[name]

  test('C-16 without exp it is no older than its kind may be', async () => {
    expect(await verdict({ exp: undefined, iat: now - most - 29 })).toBe('accepted')
    expect(await verdict({ exp: undefined, iat: now - most - 30 })).toBe('ERR_TOKEN_EXPIRED iat')
  })

  test('C-16 maxLifetime is how old it may be', async () => {
    const short = verdictsOf(name, fake, { maxLifetime: 100 })
    expect(await short({ exp: undefined, iat: now - 129 })).toBe('accepted')
    expect(await short({ exp: undefined, iat: now - 130 })).toBe('ERR_TOKEN_EXPIRED iat')
  })

  test('C-16 a request that outlives its token is refused, though it was let in before', async () => {
    const ticking = new FakeIssuer()
    const { it } = defineTokens({ it: kindOf(name).type(ticking) }, { clock: ticking.clock })
    const guard = createGuard(it as never, context === undefined ? {} : ({ context: () => context(ticking) } as never))
    const request = await receivedWith(token(ticking, { claims: { exp: undefined } }))
    for (const [seconds, verdict] of [
      [0, 'accepted'],
      [most + 29, 'accepted'],
      [1, 'refused'],
    ] as const) {
      ticking.clock.advance(seconds)
      expect(await guard.check(request)).toMatchObject({ verdict })
    }
    expect(events.at(-1)).toMatchObject({ verdict: 'refused', code: 'ERR_TOKEN_EXPIRED', claim: 'iat' })
  })

  test('C-16 what is verified without exp says when it ends all the same', async () => {
    const text = token(fake, { claims: { exp: undefined, iat: now - 10 } })
    expect(await verifierOf(name, fake)(text, context?.(fake))).toMatchObject({
      expiresAt: now - 10 + most,
    })
  })
})

describe.each(kindNames.filter((name) => lifetimes[name].without === undefined))(
  '%s, whose exp is required',
  (name) => {
    const verdict = verdictsOf(name, fake)

    test('C-16 exp is required', async () => {
      for (const exp of [undefined, null]) expect(await verdict({ exp })).toBe('ERR_CLAIM_MISSING exp')
    })
  },
)
