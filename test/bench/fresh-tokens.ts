import type { FakeIssuer } from '@jwt-guard/testing'
import { freshly } from './measure.js'
import { tokenOf } from './tokens.js'

/** Rounds for which tokens are made at once: few enough to be held, many enough that most rounds make none. */
const ahead = 10

/**
 * Tokens that nobody has seen, for each contestant its own. They are made for everybody at the same time, when the first
 * one has none left, so that nobody's turns come after more garbage than another's.
 */
export class FreshTokens {
  readonly #stocks: string[][]

  /** `algs`: of each contestant, the algorithm's name in the headers of its tokens. */
  constructor(
    readonly issuer: FakeIssuer,
    readonly algs: readonly string[],
    readonly batch: number,
  ) {
    this.#stocks = algs.map(() => [])
  }

  /** The tokens of the next turn of a contestant. */
  take(index: number): readonly string[] {
    if (this.#stocks[index]?.length === 0) this.#fill()
    return this.#stocks[index]?.splice(0, this.batch) ?? []
  }

  #fill(): void {
    for (const [index, alg] of this.algs.entries()) {
      const more = Array.from({ length: ahead * this.batch }, () => freshly(tokenOf(this.issuer, alg)))
      this.#stocks[index]?.push(...more)
    }
  }
}
