import { accessToken, customToken, defineTokens, issuer, keySet } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, type TestKey } from '@jwt-guard/testing'
import { asynchronous, type Contestant } from './measure.js'
import { audience, issuerOf, tokenOf } from './tokens.js'

/** Tokens that are seen in turn. */
const inTurn = 500

/** A service with so many of something, and tokens that use as many of them as there are tokens. */
export interface Grown {
  readonly contestant: Contestant
  readonly tokens: readonly string[]
}

/** What may grow, by its name. */
export const growths: Readonly<Record<string, { readonly to: number; readonly of: (count: number) => Grown }>> = {
  issuers: { to: 1000, of: withIssuers },
  'keys of one issuer': { to: 1000, of: withKeys },
  'types in a set': { to: 50, of: withTypes },
}

function withIssuers(count: number): Grown {
  const fakes = Array.from({ length: count }, (_, at) => issuerOf('ES256', `https://issuer-${at}.test`))
  const tokens = defineTokens({ access: accessToken({ issuer: fakes.map((fake) => fake.issuer), audience }) })
  return grown(tokens.access.verify, fakes, (fake) => tokenOf(fake, 'ES256'))
}

function withKeys(count: number): Grown {
  const [first, ...others] = Array.from({ length: count }, (_, at) => testKey('ES256', `key-${at}`))
  const keys = [first as NonNullable<typeof first>, ...others] as const
  const fake = new FakeIssuer({ keys, clock: fixedClock(Math.floor(Date.now() / 1000)) })
  const trusted = issuer(fake.id, { keys: keySet(fake.jwks, { algorithms: ['ES256'] }) })
  const tokens = defineTokens({ access: accessToken({ issuer: trusted, audience }) })
  const claims = { exp: fake.clock.now() + 7200 }
  return grown(tokens.access.verify, keys, (key: TestKey) =>
    fake.accessToken({ key, header: { kid: key.kid }, claims }),
  )
}

function withTypes(count: number): Grown {
  const fake = issuerOf('ES256')
  const names = Array.from({ length: count }, (_, at) => `kind${at}`)
  const typeOf = (name: string) =>
    customToken({ typ: `${name}+jwt`, issuer: fake.issuer, audience, maxLifetime: '3h', required: ['sub'] })
  const tokens = defineTokens(Object.fromEntries(names.map((name) => [name, typeOf(name)])))
  const verifies = names.map((name) => (tokens[name] as NonNullable<(typeof tokens)[string]>).verify)
  let turn = 0
  const verify = async (token: string) => (verifies[turn++ % count] as (typeof verifies)[number])(token)
  const claims = { exp: fake.clock.now() + 7200 }
  return grown(verify, names, (name) => fake.customToken(`${name}+jwt`, { sub: 'user-1' }, { claims }))
}

function grown<Item>(
  verify: (token: string) => Promise<unknown>,
  items: readonly Item[],
  tokenFor: (item: Item) => string,
): Grown {
  return {
    contestant: asynchronous({ name: String(items.length), alg: 'ES256', differs: '' }, verify),
    tokens: Array.from({ length: inTurn }, (_, at) => tokenFor(items[at % items.length] as Item)),
  }
}
