import type { Jwk } from '@jwt-guard/core'

/** The issuer and the key that everybody is started with: ES256, given and not fetched. */
export interface StartTrust {
  readonly issuer: string
  readonly audience: string
  readonly jwk: Jwk
}

interface Start {
  readonly made: string
  /** Loads the package and makes what is mounted, or what verifies. */
  readonly run: (trust: StartTrust) => Promise<unknown>
}

const algorithms: ['ES256'] = ['ES256']

/** Nothing here may load a package before its turn: each start is the first of its process. */
export const starts: Readonly<Record<string, Start>> = {
  nothing: { made: 'an empty program', run: async () => Promise.resolve() },
  'node:crypto': { made: 'a key object', run: async ({ jwk }) => keyObject(jwk) },
  '@jwt-guard/core': {
    made: 'a guard',
    run: async (trust) => (await import('@jwt-guard/core')).createGuard((await ours(trust)).access),
  },
  '@jwt-guard/core again': {
    made: 'a guard (A/A)',
    run: async (trust) => (await import('@jwt-guard/core')).createGuard((await ours(trust)).access),
  },
  '@jwt-guard/express': {
    made: 'a middleware',
    run: async (trust) => (await import('@jwt-guard/express')).jwtGuard((await ours(trust)).access),
  },
  '@jwt-guard/koa': {
    made: 'a middleware',
    run: async (trust) => (await import('@jwt-guard/koa')).jwtGuard((await ours(trust)).access),
  },
  '@jwt-guard/nest': {
    made: 'a module, with Nest',
    run: async (trust) => (await import('@jwt-guard/nest')).JwtGuardModule.forRoot({ tokens: await ours(trust) }),
  },
  jose: { made: 'an imported key', run: async ({ jwk }) => (await import('jose')).importJWK(jwk, 'ES256') },
  jsonwebtoken: {
    made: 'a key object',
    run: async ({ jwk }) => [(await import('jsonwebtoken')).default, await keyObject(jwk)],
  },
  'fast-jwt': { made: 'a verifier', run: fastJwt },
  'aws-jwt-verify': { made: 'a verifier', run: awsJwtVerify },
  'express-jwt': { made: 'a middleware', run: expressJwt },
  'express-oauth2-jwt-bearer': { made: 'a middleware', run: oauth2Bearer },
  'passport-jwt': { made: 'a middleware, with passport', run: passportJwt },
  'koa-jwt': { made: 'a middleware', run: koaJwt },
  '@nestjs/jwt': { made: 'a service, with Nest', run: nestJwt },
}

async function ours({ issuer: id, audience, jwk }: StartTrust) {
  const { accessToken, defineTokens, issuer, publicKey } = await import('@jwt-guard/core')
  return defineTokens({ access: accessToken({ issuer: issuer(id, { keys: publicKey(jwk, 'ES256') }), audience }) })
}

async function keyObject(jwk: Jwk) {
  const { createPublicKey } = await import('node:crypto')
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
}

async function pem(jwk: Jwk): Promise<string> {
  return (await keyObject(jwk)).export({ format: 'pem', type: 'spki' }).toString()
}

async function fastJwt({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { createVerifier } = await import('fast-jwt')
  return createVerifier({ key: await pem(jwk), algorithms, allowedIss: issuer, allowedAud: audience })
}

async function awsJwtVerify({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { JwtVerifier } = await import('aws-jwt-verify')
  const verifier = JwtVerifier.create({ issuer, audience })
  verifier.cacheJwks({ keys: [{ ...jwk, alg: 'ES256' }] })
  return verifier
}

async function expressJwt({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { expressjwt } = await import('express-jwt')
  return expressjwt({ secret: await keyObject(jwk), algorithms, issuer, audience })
}

async function oauth2Bearer({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { auth } = await import('express-oauth2-jwt-bearer')
  return auth({ issuer, audience, publicKey: jwk, tokenSigningAlg: 'ES256' })
}

async function passportJwt({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { ExtractJwt, Strategy } = await import('passport-jwt')
  const { Passport } = await import('passport').then((module) => module.default)
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  const options = { jwtFromRequest, secretOrKey: await pem(jwk), algorithms, issuer, audience }
  const passport = new Passport()
  passport.use(
    new Strategy(options, (claims: unknown, done: (error: null, user: unknown) => void) => done(null, claims)),
  )
  return passport.authenticate('jwt', { session: false })
}

async function koaJwt({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { default: guard } = await import('koa-jwt')
  return guard({ secret: await pem(jwk), algorithms, issuer, audience })
}

async function nestJwt({ issuer, audience, jwk }: StartTrust): Promise<unknown> {
  const { JwtService } = await import('@nestjs/jwt')
  return new JwtService({ publicKey: await pem(jwk), verifyOptions: { algorithms, issuer, audience } })
}
