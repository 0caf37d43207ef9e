/** Somebody who verifies tokens of one algorithm. */
export interface Contestant {
  readonly name: string
  /** The algorithm's name in the headers of its tokens. */
  readonly alg: string
  /** In what its work differs from ours. */
  readonly differs: string
  /** Throws for a token that it refuses. */
  readonly verify: (token: string) => unknown
  /** Verifies the tokens one after another, each in a newly made string; the answer is in nanoseconds for one. */
  readonly time: (tokens: readonly string[]) => Promise<number>
}

type Described = Pick<Contestant, 'name' | 'alg' | 'differs'>

/**
 * Whoever answers at once is timed without a single `await`, to its advantage. `prepare` is not timed.
 */
export function synchronous<Input>(
  described: Described,
  prepare: (token: string) => Input,
  verify: (input: Input) => unknown,
): Contestant {
  return {
    ...described,
    verify: (token) => verify(prepare(token)),
    // oxlint-disable-next-line typescript/require-await -- of the same type as the other
    time: async (tokens) => {
      const inputs = tokens.map(prepare)
      const start = process.hrtime.bigint()
      for (const input of inputs) verify(input)
      return Number(process.hrtime.bigint() - start) / tokens.length
    },
  }
}

/** Whoever answers with a promise is awaited, one token after another. */
export function asynchronous(described: Described, verify: (token: string) => Promise<unknown>): Contestant {
  return {
    ...described,
    verify,
    time: async (tokens) => {
      const inputs = tokens.map(freshly)
      const start = process.hrtime.bigint()
      for (const input of inputs) await verify(input)
      return Number(process.hrtime.bigint() - start) / tokens.length
    },
  }
}

/** The same text in a string that nobody has seen: flat and without a hash, as it comes off a socket. */
export function freshly(token: string): string {
  return Buffer.from(token, 'latin1').toString('latin1')
}
