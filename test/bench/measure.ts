/** Somebody who verifies tokens of one algorithm. */
export interface Contestant {
  readonly name: string
  /** The algorithm's name in the headers of its tokens. */
  readonly alg: string
  /** In what its work differs from ours. */
  readonly differs: string
  /** Throws for a token that it refuses. */
  readonly verify: (token: string) => unknown
  /** Verifies the tokens one after another; the answer is in nanoseconds. */
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
      return Number(process.hrtime.bigint() - start)
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
      return Number(process.hrtime.bigint() - start)
    },
  }
}

/** The same text in a string that nobody has seen: flat and without a hash, as it comes off a socket. */
export function freshly(token: string): string {
  return Buffer.from(token, 'latin1').toString('latin1')
}

export interface Plan {
  readonly rounds: number
  /** Rounds before these that are not counted. */
  readonly warmUp: number
  /** Tokens per contestant and round. */
  readonly batch: number
}

/**
 * Nanoseconds per token, for every contestant one figure per round. In each round everybody verifies as many tokens,
 * the next ones of their ring: what disturbs the machine disturbs all of them, and a ratio within one round is worth more
 * than any figure by itself. Everybody begins a round as often as anybody else, and comes after either neighbour as
 * often as before it, since the garbage that one leaves is collected in the next one's time.
 */
export async function measure(
  contestants: readonly Contestant[],
  rings: ReadonlyMap<string, readonly string[]>,
  { rounds, warmUp, batch }: Plan,
): Promise<readonly (readonly number[])[]> {
  const figures = contestants.map((): number[] => [])
  for (let round = -warmUp; round < rounds; round++) {
    for (const index of order(contestants.length, round + warmUp)) {
      const { alg, time } = contestants[index] as Contestant
      const nanoseconds = await time(next(rings.get(alg) ?? [], round + warmUp, batch))
      if (round >= 0) figures[index]?.push(nanoseconds / batch)
    }
  }
  return figures
}

/** Every second round backwards, and then each time from another one on. */
function order(count: number, round: number): readonly number[] {
  const indices = Array.from({ length: count }, (_, turn) => (turn + Math.floor(round / 2)) % count)
  return round % 2 === 0 ? indices : indices.toReversed()
}

function next(ring: readonly string[], round: number, count: number): readonly string[] {
  const from = (round * count) % ring.length
  return [...ring.slice(from), ...ring].slice(0, count)
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? NaN
  return below + ((sorted[Math.ceil(at)] ?? NaN) - below) * (at % 1)
}
