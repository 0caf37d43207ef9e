import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  accessToken,
  customToken,
  defineTokens,
  idToken,
  issuer,
  remoteKeySet,
  type Guardable,
  type Verified,
} from '@jwt-guard/core'
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import type { Read, Route, Service } from './route.js'

export const audience = 'https://api.test'
export const fake = new FakeIssuer()
/** Holds its own keys, as a service does that signs its own tokens. */
export const self = new FakeIssuer({ id: 'https://self.test', keys: [testSecret()], clock: fake.clock })
/** Its keys are behind a port on which nobody listens. */
export const away = new FakeIssuer({ id: 'https://away.test', clock: fake.clock })
const awayKeys = remoteKeySet(`http://127.0.0.1:${await closedPort()}/jwks`, {
  algorithms: ['ES256'],
  allowInsecureLoopback: true,
})

export const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience }),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    invitation: customToken({
      typ: 'invitation+jwt',
      issuer: self.issuer,
      audience,
      maxLifetime: '15m',
      required: ['sub'],
    }),
    unreachable: accessToken({ issuer: issuer(away.id, { keys: awayKeys }), audience }),
  },
  { clock: fake.clock },
)
export type TypeName = keyof typeof tokens

/** The service of the table. */
export const service: Service = { tokens, typeOf, routesFor }

function typeOf(name: string): Guardable<Verified, never> {
  const type = Object.entries(tokens).find(([known]) => known === name)?.[1]
  if (type === undefined) throw new Error(`no type is named ${name}`)
  return type
}

function routesFor<Seen>(requestOf: (seen: Seen) => IncomingMessage): readonly Route[] {
  const subject = (type: TypeName, optional?: true) => (read: Read) => ({
    sub: (read(type, optional)?.claims as { readonly sub?: string } | undefined)?.sub ?? null,
  })
  const access = (path: string, options: object): Route => ({
    path,
    guards: [{ type: 'access', options }],
    handle: subject('access'),
  })
  const id = (path: string, options: object): Route => ({
    path,
    guards: [{ type: 'id', options }],
    handle: subject('id'),
  })
  const header = (seen: Seen, name: string) => requestOf(seen).headers[name]
  return [
    {
      path: '/plain',
      methods: ['get', 'post', 'put', 'delete', 'options'],
      guards: [{ type: 'access' }],
      handle: subject('access'),
    },
    access('/scope', { scope: 'reports:read' }),
    access('/scopes', { scope: ['reports:read', 'reports:delete'] }),
    access('/any-scope', { anyScope: ['reports:delete', 'reports:write'] }),
    access('/no-such-scope', { anyScope: ['reports:delete', 'reports:own'] }),
    access('/scope-and-any', { scope: 'reports:read', anyScope: ['reports:own', 'reports:delete'] }),
    access('/explained', { explainRefusals: true }),
    access('/realm', { realm: 'the reports, today' }),
    { ...access('/optional', { optional: true }), handle: subject('access', true) },
    { ...access('/optional-scope', { optional: true, scope: 'reports:delete' }), handle: subject('access', true) },
    access('/authorize', {
      authorize: (token: Verified<'access', { readonly sub: string }>, seen: Seen) =>
        token.claims.sub === 'user-1' && header(seen, 'x-allow') === 'yes',
    }),
    access('/authorize-later', {
      authorize: (_: Verified, seen: Seen) => Promise.resolve(header(seen, 'x-allow') === 'yes'),
    }),
    access('/authorize-throws', {
      authorize: () => {
        throw new Error('a foreign message')
      },
    }),
    access('/authorize-rejects', { authorize: () => Promise.reject(new Error('a foreign message')) }),
    access('/authorize-nonsense', { authorize: () => 'yes' }),
    access('/authorize-and-scope', {
      scope: 'reports:delete',
      authorize: () => {
        throw new Error('not asked for a token that lacks a scope')
      },
    }),
    id('/id', { context: (seen: Seen) => ({ nonce: header(seen, 'x-nonce') ?? null }) }),
    id('/id-later', { context: (seen: Seen) => Promise.resolve({ nonce: header(seen, 'x-nonce') ?? null }) }),
    id('/id-context-throws', {
      context: () => {
        throw new Error('a foreign message')
      },
    }),
    id('/id-context-nonsense', { context: () => ({ nonce: 1 }) }),
    id('/id-context-nothing', { context: () => undefined }),
    { path: '/open', guards: [], handle: () => ({ sub: null }) },
    { path: '/invitation', guards: [{ type: 'invitation' }], handle: subject('invitation') },
    { path: '/unreachable', guards: [{ type: 'unreachable' }], handle: subject('unreachable') },
    {
      path: '/twice',
      guards: [{ type: 'access' }, { type: 'access', options: { scope: 'reports:delete' } }],
      handle: subject('access'),
    },
  ]
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
