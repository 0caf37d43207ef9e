import { jwtGuard } from '@jwt-guard/express'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import { auth, type AuthOptions } from 'express-oauth2-jwt-bearer'
import { Passport } from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { own, ownAgain } from './contestants.js'
import { bearerOf, differsFrom, empty, plain, portOf, unguarded, type HttpContestant } from './http-contestant.js'
import { audience } from './tokens.js'
import { day, joseVerifierOf, jsonwebtokenOptions, keyObjectOf, ourTokens, tolerance, type Trust } from './trust.js'

export async function expressContestants(trust: Trust): Promise<readonly HttpContestant[]> {
  return [
    contestant(unguarded, trust.algorithm, differsFrom.unguarded),
    contestant(empty, trust.algorithm, differsFrom.empty, (_req, _res, next) => next()),
    contestant(own, trust.algorithm, 'every check is on', jwtGuard(ourTokens(trust).access)),
    contestant(ownAgain, trust.algorithm, 'every check is on', jwtGuard(ourTokens(trust).access)),
    oauth2Bearer(trust),
    contestant('jose by hand', trust.algorithm, differsFrom.jose, await byHand(trust)),
    ...onJsonwebtoken(trust),
  ]
}

/** An application whose one route has this guard before it. */
export function contestant(name: string, alg: string, differs: string, ...guards: RequestHandler[]): HttpContestant {
  return {
    name,
    alg,
    differs,
    listen: async () => {
      const app = express()
      app.get('/', ...guards, (_req, res) => {
        res.json(plain)
      })
      app.use(quietly)
      return portOf(app.listen(0, '127.0.0.1'))
    },
  }
}

/** Express's own answer to an error would be a stack trace on the terminal. */
const quietly: ErrorRequestHandler = (error: { readonly status?: number }, _req, res, _next) => {
  res.sendStatus(error.status ?? 500)
}

async function byHand(trust: Trust): Promise<RequestHandler> {
  const verify = await joseVerifierOf(trust)
  return async (req, res, next) => {
    try {
      res.locals['auth'] = await verify(bearerOf(req.headers.authorization))
    } catch {
      res.sendStatus(401)
      return
    }
    next()
  }
}

/** Its `jose` is an older one, which knows Ed25519 by its older name alone. */
function oauth2Bearer({ algorithm, issuerId, jwk, secret }: Trust): HttpContestant {
  const alg = algorithm === 'Ed25519' ? 'EdDSA' : algorithm
  const key = jwk === undefined ? { secret: secret ?? '' } : { publicKey: { ...jwk, alg } }
  const options: AuthOptions = {
    ...key,
    issuer: issuerId,
    audience,
    tokenSigningAlg: alg,
    strict: true,
    clockTolerance: tolerance,
    maxTokenAge: day,
    dpop: { enabled: false },
  }
  return contestant(
    'express-oauth2-jwt-bearer',
    alg,
    'strict; the key given, not discovered; Ed25519 under the name EdDSA; maxTokenAge (since iat) for our longest ' +
      'lifetime; DPoP switched off',
    auth(options),
  )
}

function onJsonwebtoken(trust: Trust): readonly HttpContestant[] {
  const options = jsonwebtokenOptions(trust)
  if (options === undefined) return []
  const key = keyObjectOf(trust)
  const { algorithm } = trust
  return [
    contestant('express-jwt', algorithm, differsFrom.jsonwebtoken, expressjwt({ secret: key, ...options })),
    contestant('passport-jwt', algorithm, differsFrom.jsonwebtoken, passportJwt(options, key)),
  ]
}

function passportJwt(options: NonNullable<ReturnType<typeof jsonwebtokenOptions>>, key: unknown): RequestHandler {
  const { algorithms, issuer, audience, clockTolerance, maxAge } = options
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: key as Buffer,
      algorithms,
      issuer,
      audience,
      jsonWebTokenOptions: { clockTolerance, maxAge: `${maxAge}s` },
    },
    (claims: unknown, done: (error: null, user: unknown) => void) => done(null, claims),
  )
  const passport = new Passport()
  passport.use(strategy)
  return passport.authenticate('jwt', { session: false }) as RequestHandler
}
