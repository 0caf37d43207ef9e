import type { Authority } from './authority.js'

export interface Expected {
  readonly metric: string
  readonly attributes?: Readonly<Record<string, string | boolean>>
  readonly value: number
}

export interface Scene {
  readonly happens: string
  /** What happens, and the status of the answer that comes of it. */
  readonly act: () => Promise<number>
  readonly status: number
  /** What a dashboard shows then. Every metric of the bridge is expected somewhere. */
  readonly shows: readonly Expected[]
}

type Ask = (method: string, path: string, token?: string) => Promise<number>

const verdict = (value: number, verdict: string, code?: string, type = 'access'): Expected => ({
  metric: 'jwt_guard.verdicts',
  attributes: { verdict, type, ...(code && { code }) },
  value,
})
const fetches = (value: number, outcome: string, reason?: string): Expected => ({
  metric: 'jwt_guard.keys.fetches',
  attributes: { outcome, ...(reason && { reason }) },
  value,
})
const keys = (what: string, value: number): Expected => ({ metric: `jwt_guard.keys.${what}`, value })

export function storyOf(authority: Authority, ask: Ask): readonly Scene[] {
  const { clock, access } = authority
  const leaving = access()
  const [link, another] = [authority.reset(), authority.reset()]
  return [
    {
      happens: 'the first token comes, and the keys are fetched',
      act: () => ask('GET', '/reports', access()),
      status: 200,
      shows: [verdict(1, 'accepted'), fetches(1, 'fetched'), keys('held', 1), keys('age', 0)],
    },
    {
      happens: 'a request without a token',
      act: () => ask('GET', '/reports'),
      status: 401,
      shows: [verdict(1, 'missing', 'ERR_TOKEN_MISSING')],
    },
    {
      happens: 'a token that does not say of what kind it is, as it may until a date',
      act: () => ask('GET', '/reports', authority.untyped()),
      status: 200,
      shows: [
        { metric: 'jwt_guard.verdicts', attributes: { verdict: 'accepted', type: 'access', untyped: true }, value: 1 },
      ],
    },
    {
      happens: 'a token of yesterday',
      act: () => ask('GET', '/reports', access({ iat: clock.now() - 86_400, exp: clock.now() - 86_100 })),
      status: 401,
      shows: [verdict(1, 'refused', 'ERR_TOKEN_EXPIRED')],
    },
    {
      happens: 'somebody logs out',
      act: () => ask('POST', '/log-out', leaving),
      status: 204,
      shows: [{ metric: 'jwt_guard.state.revocations', attributes: { what: 'token' }, value: 1 }],
    },
    {
      happens: 'and that token comes again',
      act: () => ask('GET', '/reports', leaving),
      status: 401,
      shows: [verdict(1, 'refused', 'ERR_TOKEN_REVOKED')],
    },
    {
      happens: 'a link is used',
      act: () => ask('POST', '/reset', link),
      status: 204,
      shows: [verdict(1, 'accepted', undefined, 'reset')],
    },
    {
      happens: 'and used again',
      act: () => ask('POST', '/reset', link),
      status: 401,
      shows: [verdict(1, 'refused', 'ERR_TOKEN_REPLAYED', 'reset')],
    },
    {
      happens: 'another link, when the store of used ones is full',
      act: () => ask('POST', '/reset', another),
      status: 503,
      shows: [
        verdict(1, 'unavailable', 'ERR_STORE_UNAVAILABLE', 'reset'),
        { metric: 'jwt_guard.failures', attributes: { code: 'ERR_STORE_UNAVAILABLE' }, value: 1 },
        { metric: 'jwt_guard.state.failures', attributes: { operation: 'add' }, value: 1 },
      ],
    },
    {
      happens: 'the issuer rotates, and publishes a broken key beside the new one',
      act: () => {
        authority.rotate()
        return ask('GET', '/reports', access())
      },
      status: 200,
      shows: [fetches(2, 'fetched'), keys('rotations', 1), keys('dropped', 1), keys('held', 1)],
    },
    {
      happens: '300 tokens that name 300 keys, and hold 300 names: one series',
      act: async () => {
        for (let index = 1; index < 300; index++)
          await ask('GET', '/reports', access({ sub: `m-${index}` }, `k-${index}`))
        return ask('GET', '/reports', access({ sub: 'm-300' }, 'k-300'))
      },
      status: 401,
      shows: [verdict(300, 'refused', 'ERR_KEY_UNKNOWN')],
    },
    {
      happens: 'the issuer goes down, and the keys grow old in use',
      act: () => {
        authority.goDown()
        clock.advance(700)
        return ask('GET', '/reports', access())
      },
      status: 200,
      shows: [
        fetches(1, 'failed', 'status 500'),
        keys('failures_in_succession', 1),
        keys('stale', 1),
        keys('age', 700),
      ],
    },
    {
      happens: 'an hour later they are too old',
      act: () => {
        clock.advance(3600)
        return ask('GET', '/reports', access())
      },
      status: 503,
      shows: [
        verdict(1, 'unavailable', 'ERR_KEYS_UNAVAILABLE'),
        { metric: 'jwt_guard.failures', attributes: { code: 'ERR_KEYS_UNAVAILABLE' }, value: 1 },
        keys('failures_in_succession', 2),
        keys('age', 4300),
      ],
    },
    {
      happens: 'the issuer comes back',
      act: () => {
        authority.comeBack()
        clock.advance(60)
        return ask('GET', '/reports', access())
      },
      status: 200,
      shows: [fetches(3, 'fetched'), keys('failures_in_succession', 0), keys('age', 0)],
    },
  ]
}
