import { microseconds } from './cells.js'
import { answerOf } from './child.js'
import type { Level, Run } from './level.js'

/** What is profiled, in words that a process is started with. */
export interface Profiled {
  readonly algorithm: 'HS256' | 'RS256'
  readonly claims: 8 | 22
  readonly state: 'cold' | 'warm'
  readonly count: number
}

/** Where V8 found itself: a function with what it had inlined taken out, and the natives that it called left in. */
export interface Place {
  readonly name: string
  readonly of: string
  /** For one verification. */
  readonly nanoseconds: number
}

/** Those that take longest are named. */
const most = 14

export async function profile({ quick }: Run): Promise<Level> {
  const count = quick ? 4000 : 40_000
  const asked: readonly Profiled[] = [
    { algorithm: 'HS256', claims: 8, state: 'cold', count },
    { algorithm: 'HS256', claims: 22, state: 'cold', count },
    { algorithm: 'RS256', claims: 8, state: 'warm', count },
  ]
  const rows: (readonly string[])[] = []
  for (const one of asked) {
    console.error(`profile, ${one.algorithm}, ${one.state} …`)
    rows.push(...rowsOf(one, await answerOf<readonly Place[]>('profile-child.js', [JSON.stringify(one)])))
  }
  return {
    title: 'Level "profile": where the time goes',
    sections: [
      {
        title: 'By function',
        about: `V8's own sampling profiler over ${count} verifications, each in a process of its own; to be profiled makes them slower. A function's time is without that of the functions that it calls, but with that of Node's and V8's natives: JSON.parse counts for \`parseOutlined\`, and the regular expressions for whoever asks them. Named are the ${most} that take longest.`,
        head: ['tokens', 'function', 'of', 'µs', 'share'],
        rows,
      },
    ],
    charts: [],
  }
}

function rowsOf({ algorithm, claims, state }: Profiled, places: readonly Place[]): readonly (readonly string[])[] {
  const sum = (some: readonly Place[]) => some.reduce((total, { nanoseconds }) => total + nanoseconds, 0)
  const all = sum(places)
  const sorted = places.toSorted((one, other) => other.nanoseconds - one.nanoseconds)
  const rest = { name: `${sorted.length - most} others`, of: '', nanoseconds: sum(sorted.slice(most)) }
  return [...sorted.slice(0, most), rest].map(({ name, of, nanoseconds }) => [
    `${algorithm}, ${claims} claims, ${state}`,
    name,
    of,
    microseconds(nanoseconds),
    `${((nanoseconds / all) * 100).toFixed(0)} %`,
  ])
}
