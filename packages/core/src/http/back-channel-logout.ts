import type { IncomingMessage } from 'node:http'
import { aBoolean, anything, readOptions } from '../encoding/options.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { ConfigurationError, DependencyError, Refusal } from '../errors/errors.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import { checkLogoutEvent } from '../rules/logout-event.js'
import type { LogoutTokenClaims } from '../tokens/logout-token.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import { namedType, type NamedType } from '../tokens/named-type.js'
import { SetRevocations, type Revocations } from '../tokens/revocations.js'
import { publishVerdict } from '../tokens/verdict-channel.js'
import type { Outcome } from '../verify.js'
import { logoutAnswer, type LogoutAnswer } from './logout-answer.js'
import { readLogoutToken } from './logout-request.js'

export interface BackChannelLogoutOptions {
  /** The type of the logout tokens, such as `tokens.logout`. With `singleUse` a repeated one is refused. */
  readonly token: Guardable<Verified<string, LogoutTokenClaims>>
  /** What `revocationsOf(tokens)` returned. */
  readonly revocations: Revocations
  /**
   * `true`: a logout of one session also revokes whatever else was issued about its subject until then. A logout token
   * without `sid` does that always (§2.7). Default `false`.
   */
  readonly bySubject?: boolean
}

/** A back-channel logout endpoint for any framework. */
export interface BackChannelLogout {
  /**
   * The whole answer to a request. `parsed` is the body as a parser before it left it, if there was one. Publishes one event
   * on `jwt-guard:verdict`. Rejects only for what is wrong with the program.
   */
  readonly answer: (request: IncomingMessage, parsed?: unknown) => Promise<LogoutAnswer>
}

/**
 * The endpoint to which an authorization server sends its logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.5 to
 * 2.8), for any framework. The session that a token names is revoked by its `sid`; without one, or with `bySubject`, whatever
 * was issued about `sub` until the token's `iat`. A request is good if it is a POST of a form of at most 16 KiB with one
 * parameter `logout_token`, a token of the type, whose issuer has tokens here that can be revoked.
 *
 * Answered is 200 with an empty body once every store has it; 400 for whatever else comes as a POST (§2.8); 405 for another
 * method (RFC 9110 §15.5.6); 503 where keys or a store are away, so that the server may try again: a logout token is used up
 * last. All with `Cache-Control: no-store`.
 *
 * Not done: ending sessions of the application's own (a cookie, a refresh token). Types that `revocations.notCovered` lists
 * are not reached with certainty.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_TYPE_UNNAMED`
 */
export function createBackChannelLogout(options: BackChannelLogoutOptions): BackChannelLogout {
  const readers = { token: anything, revocations: anything, bySubject: aBoolean }
  const read = readOptions('backChannelLogout', options, readers, ['token', 'revocations'])
  const type = namedType('backChannelLogout', read.token)
  const { revocations, bySubject = false } = read
  if (!type.rules.checks.some(({ check }) => check === checkLogoutEvent)) {
    throw invalid('token has to be a type made by logoutToken')
  }
  if (!SetRevocations.is(revocations)) throw invalid('revocations has to be what revocationsOf(tokens) returned')
  const { issuers } = type.rules
  if (!(issuers instanceof ResolvedIssuers) && !issuers.ids.every((iss) => revocations.trusts(iss))) {
    throw invalid('an issuer of the logout tokens is that of no type with revocations')
  }
  const endpoint = new LogoutEndpoint(type, revocations, bySubject)
  return Object.freeze({ answer: (request: IncomingMessage, parsed?: unknown) => endpoint.answer(request, parsed) })
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_OPTION_INVALID', `backChannelLogout: ${why}.`)
}

class LogoutEndpoint {
  readonly #type: NamedType
  readonly #revocations: SetRevocations
  readonly #bySubject: boolean

  constructor(type: NamedType, revocations: SetRevocations, bySubject: boolean) {
    this.#type = type
    this.#revocations = revocations
    this.#bySubject = bySubject
  }

  async answer(request: IncomingMessage, parsed: unknown): Promise<LogoutAnswer> {
    const outcome = await this.#outcome(request, parsed).catch((error: unknown) => {
      if (error instanceof DependencyError) return error
      throw error
    })
    if (outcome instanceof DependencyError) publishVerdict('unavailable', this.#type.name, outcome)
    else if (outcome instanceof Refusal) publishVerdict('refused', this.#type.name, outcome)
    else this.#type.publishAccepted(outcome)
    return logoutAnswer(request, outcome)
  }

  async #outcome(request: IncomingMessage, parsed: unknown): Promise<Outcome> {
    const text = await readLogoutToken(request, parsed)
    if (text instanceof Refusal) return text
    const token = await this.#type.outcome(text, this.#type.readContext(undefined))
    if (token instanceof Refusal) return token
    const unknown = await this.#revoke(token.claims)
    // Last: what could not be recorded may be sent once more. To record it twice changes nothing.
    return unknown ?? (await this.#type.spend(token)) ?? token
  }

  async #revoke({ iss, sid, sub, iat }: JsonObject): Promise<Refusal | undefined> {
    if (typeof iss !== 'string' || typeof iat !== 'number') throw new TypeError('a logout token without iss or iat')
    // Known when the endpoint is made, unless issuers are looked up.
    if (!(await this.#revocations.reaches(iss))) return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')
    if (typeof sid === 'string') await this.#revocations.revokeSession({ iss, sid })
    if (typeof sub === 'string' && (this.#bySubject || sid === undefined)) {
      await this.#revocations.revokeSubject({ iss, sub }, { before: iat })
    }
    return undefined
  }
}
