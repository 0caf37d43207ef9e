import type { OutageCode, RefusalCode } from '@jwt-guard/core'
import * as forge from './forgeries.js'
import type { InHand } from './in-hand.js'

export type Outcome = 'accepted' | RefusalCode | OutageCode

/** One row of the table: a request, and the answer that it must get. */
export interface Attempt {
  /** What it tries, in words for somebody who has never heard of such attacks. */
  readonly tries: string
  readonly request: readonly [method: 'GET' | 'POST', path: string]
  /** The tokens that it shows, each in an Authorization header of its own. */
  readonly shows: (inHand: InHand) => readonly string[]
  readonly cookie?: (inHand: InHand) => string
  readonly query?: (inHand: InHand) => string
  readonly hoursLater?: number
  readonly mustBe: readonly [status: number, outcome: Outcome]
}

const read = ['GET', '/reports'] as const
const write = ['POST', '/reports'] as const
const reset = ['POST', '/password-reset'] as const
const me = ['GET', '/me'] as const

export const attempts: readonly Attempt[] = [
  {
    tries: 'A program reads reports, with the token that the authorization server gave it for that.',
    request: read,
    shows: ({ access }) => [access],
    mustBe: [200, 'accepted'],
  },
  {
    tries: 'A user writes a report, through a web application that was given a token for it when they logged in.',
    request: write,
    shows: ({ writing }) => [writing],
    mustBe: [200, 'accepted'],
  },
  {
    tries: 'The web application shows the proof of that login (an ID token), for the browser that began it.',
    request: me,
    shows: ({ id }) => [id],
    cookie: ({ ownCookie }) => ownCookie,
    mustBe: [200, 'accepted'],
  },
  {
    tries: 'The user sets a new password, with the token from the "forgot password" mail.',
    request: reset,
    shows: ({ passwordReset }) => [passwordReset],
    mustBe: [200, 'accepted'],
  },

  {
    tries: 'Somebody comes without any token.',
    request: read,
    shows: () => [],
    mustBe: [401, 'ERR_TOKEN_MISSING'],
  },
  {
    tries: 'The good token comes two hours later, when it has expired.',
    request: read,
    shows: ({ access }) => [access],
    hoursLater: 2,
    mustBe: [401, 'ERR_TOKEN_EXPIRED'],
  },
  {
    tries: 'A program with permission to read tries to write.',
    request: write,
    shows: ({ access }) => [access],
    mustBe: [403, 'ERR_SCOPE_INSUFFICIENT'],
  },
  {
    tries: 'It edits the permission into its token, and leaves the signature as it was.',
    request: write,
    shows: ({ access }) => [forge.withClaims(access, { scope: 'reports:read reports:write' })],
    mustBe: [401, 'ERR_SIGNATURE_INVALID'],
  },

  // An empty signature is refused for its form, before anybody asks which algorithm made it.
  {
    tries: 'A forger leaves the signature out, and has the token say that it needs none ("alg": "none").',
    request: read,
    shows: ({ access }) => [forge.withoutSignature(access, 'none')],
    mustBe: [401, 'ERR_TOKEN_MALFORMED'],
  },
  {
    tries: 'A forger leaves the signature out, and has the token say nothing about that.',
    request: read,
    shows: ({ access }) => [forge.withoutSignature(access, 'RS256')],
    mustBe: [401, 'ERR_TOKEN_MALFORMED'],
  },
  {
    tries: 'A forger has the token say "none", and leaves something there that looks like a signature.',
    request: read,
    shows: ({ access }) => [forge.withHeader(access, { alg: 'none' })],
    mustBe: [401, 'ERR_ALGORITHM_INVALID'],
  },
  {
    tries: 'The same, spelled "None", for software that looks for the exact word.',
    request: read,
    shows: ({ access }) => [forge.withHeader(access, { alg: 'None' })],
    mustBe: [401, 'ERR_ALGORITHM_INVALID'],
  },
  {
    tries: 'The same, spelled "nOnE".',
    request: read,
    shows: ({ access }) => [forge.withHeader(access, { alg: 'nOnE' })],
    mustBe: [401, 'ERR_ALGORITHM_INVALID'],
  },
  {
    tries: 'The same, spelled "none " with a space behind it.',
    request: read,
    shows: ({ access }) => [forge.withHeader(access, { alg: 'none ' })],
    mustBe: [401, 'ERR_ALGORITHM_INVALID'],
  },
  {
    tries: "A forger signs with the server's public key, which all may read, as if it were a shared secret.",
    request: read,
    shows: ({ access, publishedKey }) => [forge.signedByPublicKey(access, publishedKey)],
    mustBe: [401, 'ERR_ALGORITHM_MISMATCH'],
  },
  {
    tries: "A forger signs with a key of their own, and gives it the name of the server's key.",
    request: read,
    shows: ({ access }) => [forge.signedByForger(access)],
    mustBe: [401, 'ERR_SIGNATURE_INVALID'],
  },
  {
    tries: 'A forger signs with a key of their own, and sends that key along to check it by.',
    request: read,
    shows: ({ access }) => [forge.signedByForgerWithKey(access)],
    mustBe: [401, 'ERR_HEADER_INVALID'],
  },

  {
    tries: 'A genuine token for another API (billing) is shown to this one.',
    request: read,
    shows: ({ billing }) => [billing],
    mustBe: [401, 'ERR_AUDIENCE_MISMATCH'],
  },
  {
    tries: "A genuine token of another authorization server, a partner's, is shown where only ours counts.",
    request: read,
    shows: ({ partner }) => [partner],
    mustBe: [401, 'ERR_ISSUER_UNKNOWN'],
  },
  {
    tries: 'The proof of a login is used as if it were a permission to read.',
    request: read,
    shows: ({ id }) => [id],
    mustBe: [401, 'ERR_TYP_MISMATCH'],
  },
  {
    tries: 'The same, with its label changed to that of a permission.',
    request: read,
    shows: ({ id }) => [forge.withHeader(id, { typ: 'at+jwt' })],
    mustBe: [401, 'ERR_SIGNATURE_INVALID'],
  },
  {
    tries: 'A permission to read is used as if it were the proof of a login.',
    request: me,
    shows: ({ access }) => [access],
    cookie: ({ ownCookie }) => ownCookie,
    mustBe: [401, 'ERR_TYP_MISMATCH'],
  },
  {
    tries: 'A stolen proof of a login is shown from another browser.',
    request: me,
    shows: ({ id }) => [id],
    cookie: ({ strangersCookie }) => strangersCookie,
    mustBe: [401, 'ERR_CLAIM_MISMATCH'],
  },
  {
    tries: 'A permission to read is used to set a new password.',
    request: reset,
    shows: ({ access }) => [access],
    mustBe: [401, 'ERR_TYP_MISMATCH'],
  },
  {
    tries: 'The token from the "forgot password" mail is used to read reports.',
    request: read,
    shows: ({ passwordReset }) => [passwordReset],
    mustBe: [401, 'ERR_TYP_MISMATCH'],
  },

  {
    tries: 'Two tokens at once, a good one first and a forged one after it: which would be looked at?',
    request: read,
    shows: ({ access }) => [access, forge.signedByForger(access)],
    mustBe: [400, 'ERR_REQUEST_AMBIGUOUS'],
  },
  {
    tries: 'The token is put into the address, where it would end up in logs.',
    request: read,
    shows: () => [],
    query: ({ access }) => `?access_token=${access}`,
    mustBe: [401, 'ERR_TOKEN_MISSING'],
  },
  {
    tries: 'A token of more than 8 KiB, to keep the service busy; its signature is good.',
    request: reset,
    shows: ({ oversized }) => [oversized],
    mustBe: [401, 'ERR_TOKEN_TOO_LONG'],
  },
  {
    tries: "A partner's genuine token, while the partner's server, which has the keys to check it, is down.",
    request: ['GET', '/partner/reports'],
    shows: ({ partner }) => [partner],
    mustBe: [503, 'ERR_KEYS_UNAVAILABLE'],
  },
]
