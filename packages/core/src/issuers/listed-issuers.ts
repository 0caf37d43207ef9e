import type { TrustedIssuer } from './issuer.js'

/** The issuers that a kind of token names one by one. Frozen. */
export class ListedIssuers {
  /** Every accepted spelling of `iss`. */
  readonly ids: readonly string[]
  readonly #byId: ReadonlyMap<string, TrustedIssuer>

  constructor(readonly issuers: readonly TrustedIssuer[]) {
    this.ids = Object.freeze(issuers.flatMap((issuer) => issuer.ids))
    this.#byId = new Map(issuers.flatMap((issuer) => issuer.ids.map((id) => [id, issuer] as const)))
    Object.freeze(this)
  }

  /** The issuer of a token that names none; undefined where that could be several. */
  get only(): TrustedIssuer | undefined {
    return this.issuers.length === 1 ? this.issuers[0] : undefined
  }

  find(iss: string): TrustedIssuer | undefined {
    return this.#byId.get(iss)
  }
}
