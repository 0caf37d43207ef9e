export interface Rounds {
  readonly rounds: number
  /** Rounds before these that are not counted. */
  readonly warmUp: number
}

/**
 * For every contestant one figure per round. In each round everybody has one turn: what disturbs the machine disturbs all
 * of them, and a ratio within one round is worth more than any figure by itself. Everybody begins a round as often as
 * anybody else, and comes after either neighbour as often as before it, since the garbage that one leaves is collected in
 * the next one's time.
 */
export async function inTurns<Contestant>(
  contestants: readonly Contestant[],
  { rounds, warmUp }: Rounds,
  measure: (contestant: Contestant, index: number) => Promise<number>,
): Promise<readonly (readonly number[])[]> {
  const figures = contestants.map((): number[] => [])
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const index of order(contestants.length, round)) {
      const figure = await measure(contestants[index] as Contestant, index)
      if (round >= warmUp) figures[index]?.push(figure)
    }
  }
  return figures
}

/** Every second round backwards, and then each time from another one on. */
export function order(count: number, round: number): readonly number[] {
  const indices = Array.from({ length: count }, (_, turn) => (turn + Math.floor(round / 2)) % count)
  return round % 2 === 0 ? indices : indices.toReversed()
}
