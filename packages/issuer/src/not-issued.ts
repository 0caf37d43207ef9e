import { codes, type NotIssuable, type RefusalCode } from '@jwt-guard/core'

/** What its caller can do, where the meaning of the code does not say it. */
const advice: Readonly<Partial<Record<RefusalCode, Readonly<Record<string, string>>>>> = {
  ERR_CLAIM_MISSING: { aud: 'the type names several audiences: say which' },
  ERR_ISSUER_UNKNOWN: { iss: 'this issuer is none of the type' },
  ERR_KEY_UNKNOWN: { '': 'the type does not know the key that signs now: its set was made before that key was' },
  ERR_TOKEN_NOT_ENCRYPTED: { '': 'give encryptFor' },
}

/**
 * A token was not issued, because its own type would not accept it, or because the claims are no plain JSON data. `code`
 * and `claim` say why, by the same codes as a `TokenRejectedError`; no value of a claim is in it.
 */
export class TokenNotIssuedError extends Error {
  override readonly name = 'TokenNotIssuedError'
  readonly code: RefusalCode
  readonly claim?: string

  constructor(type: string, { code, claim }: NotIssuable) {
    const hint = advice[code]?.[claim ?? '']
    const about = [codes.refusals[code].meaning, claim, hint].filter((part) => part !== undefined)
    super(`No ${type} was issued: ${about.join('; ')}`)
    this.code = code
    if (claim !== undefined) this.claim = claim
  }
}
