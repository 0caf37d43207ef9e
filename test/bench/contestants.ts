import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import { accessToken, defineTokens } from '@jwt-guard/core'
import type { FakeIssuer } from '@jwt-guard/testing'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier, type Algorithm as FastAlgorithm } from 'fast-jwt'
import jsonwebtoken from 'jsonwebtoken'
import { asynchronous, freshly, synchronous, type Contestant } from './measure.js'
import { audience, type BenchedAlgorithm } from './tokens.js'
import { day, joseVerifierOf, jsonwebtokenOptions, keyObjectOf, required, tolerance, trustIn } from './trust.js'

/** The name of ours. */
export const own = 'jwt-guard'
export const ownAgain = `${own} again`
export const cachingPeer = 'fast-jwt with its cache'

/** Whoever knows the algorithm, raw OpenSSL first and ours after it, twice: against itself, ours shows the noise. */
export async function contestantsFor(
  algorithm: BenchedAlgorithm,
  issuer: FakeIssuer,
): Promise<readonly [Contestant, Contestant, ...Contestant[]]> {
  const peers = [
    await jose(algorithm, issuer),
    jwt(algorithm, issuer),
    fast(algorithm, issuer, false),
    aws(algorithm, issuer),
  ]
  return [
    raw(algorithm, issuer),
    ours(own, algorithm, issuer),
    ours(ownAgain, algorithm, issuer),
    ...peers.filter((peer) => peer !== undefined),
  ]
}

/** Who remembers: ours, twice, and fast-jwt with its cache. Behind them, for reference, those who remember nothing. */
export async function rememberingContestants(
  algorithm: BenchedAlgorithm,
  issuer: FakeIssuer,
): Promise<readonly Contestant[]> {
  const [raw, ...others] = await contestantsFor(algorithm, issuer)
  const remembering = others.filter(({ name }) => name === own || name === ownAgain)
  const forgetful = others.filter(({ name }) => name !== own && name !== ownAgain)
  return [...remembering, fast(algorithm, issuer, true), ...forgetful, raw]
}

/** The limit: what OpenSSL through Node takes for a signature, with everything decoded beforehand. */
function raw(algorithm: BenchedAlgorithm, issuer: FakeIssuer): Contestant {
  const key = keyObjectOf(trustIn(issuer, algorithm))
  const isSigned = {
    HS256: ({ data, signature }: Parts) => timingSafeEqual(createHmac('sha256', key).update(data).digest(), signature),
    RS256: ({ data, signature }: Parts) => verify('sha256', data, key, signature),
    ES256: ({ data, signature }: Parts) => verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),
    Ed25519: ({ data, signature }: Parts) => verify(null, data, key, signature),
  }[algorithm]
  return synchronous(
    {
      name: 'raw node:crypto',
      alg: algorithm,
      differs: 'the signature alone, over bytes that were decoded beforehand; a key object; no token, no claims',
    },
    partsOf,
    (parts) => {
      if (!isSigned(parts)) throw new Error('bad signature')
    },
  )
}

interface Parts {
  readonly data: Buffer
  readonly signature: Buffer
}

function partsOf(token: string): Parts {
  const dot = token.lastIndexOf('.')
  return { data: Buffer.from(token.slice(0, dot), 'latin1'), signature: Buffer.from(token.slice(dot + 1), 'base64url') }
}

function ours(name: string, algorithm: BenchedAlgorithm, { issuer }: FakeIssuer): Contestant {
  const tokens = defineTokens({ access: accessToken({ issuer, audience }) })
  return asynchronous(
    { name, alg: algorithm, differs: 'asynchronous, as it is; every check is on' },
    tokens.access.verify,
  )
}

async function jose(algorithm: BenchedAlgorithm, issuer: FakeIssuer): Promise<Contestant> {
  return asynchronous(
    {
      name: 'jose',
      alg: algorithm,
      differs:
        'one imported key, kid not looked at; maxTokenAge (since iat) for our longest lifetime; takes duplicate ' +
        'members, and claims of any form but those it compares',
    },
    await joseVerifierOf(trustIn(issuer, algorithm)),
  )
}

/** jsonwebtoken knows no Ed25519. */
function jwt(algorithm: BenchedAlgorithm, issuer: FakeIssuer): Contestant | undefined {
  const trust = trustIn(issuer, algorithm)
  const options = jsonwebtokenOptions(trust)
  if (options === undefined) return undefined
  const key = keyObjectOf(trust)
  return synchronous(
    {
      name: 'jsonwebtoken',
      alg: algorithm,
      differs:
        'synchronous; one key object, kid not looked at; no check of typ, crit, required claims or an iat to come; ' +
        'maxAge (since iat) for our longest lifetime; takes duplicate members, and claims of other forms',
    },
    freshly,
    (token) => jsonwebtoken.verify(token, key, options),
  )
}

/** fast-jwt knows Ed25519 by its older name alone. */
function fast(algorithm: BenchedAlgorithm, issuer: FakeIssuer, cache: boolean): Contestant {
  const alg: FastAlgorithm = algorithm === 'Ed25519' ? 'EdDSA' : algorithm
  const key = keyObjectOf(trustIn(issuer, algorithm))
  const pem = key.type === 'secret' ? key.export() : key.export({ format: 'pem', type: 'spki' })
  const verifier: (token: string) => unknown = createVerifier({
    key: pem,
    algorithms: [alg],
    // As it comes: 1000 tokens, for ten minutes.
    cache,
    allowedIss: issuer.id,
    allowedAud: audience,
    checkTyp: 'at+jwt',
    requiredClaims: required,
    clockTolerance: tolerance * 1000,
    maxAge: day * 1000,
  })
  return synchronous(
    {
      name: cache ? cachingPeer : 'fast-jwt',
      alg,
      differs:
        `synchronous; cache ${cache ? 'of 1000 tokens, as the option comes: whole verdicts' : 'off'}; one key, kid not looked at; Ed25519 under the name EdDSA; no check of an iat to come; ` +
        'maxAge (since iat) for our longest lifetime; takes duplicate members, and claims of other forms',
    },
    freshly,
    verifier,
  )
}

/** aws-jwt-verify knows no HMAC, and Ed25519 by its older name alone. */
function aws(algorithm: BenchedAlgorithm, issuer: FakeIssuer): Contestant | undefined {
  const { jwk } = issuer.key
  if (jwk === undefined) return undefined
  const alg = algorithm === 'Ed25519' ? 'EdDSA' : algorithm
  const verifier = JwtVerifier.create({ issuer: issuer.id, audience, graceSeconds: tolerance })
  verifier.cacheJwks({ keys: [{ ...jwk, alg }] })
  return synchronous(
    {
      name: 'aws-jwt-verify',
      alg,
      differs:
        'synchronous (verifySync); key by kid from a cached key set; Ed25519 under the name EdDSA; no check of typ, ' +
        'crit, required claims, longest lifetime or an iat to come; takes duplicate members, and claims of other forms',
    },
    freshly,
    (token) => verifier.verifySync(token),
  )
}
