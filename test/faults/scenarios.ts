import type { Figure } from './figures.js'
import { heaps } from './heaps.js'
import { logOuts, logOutsThroughFaults } from './log-outs.js'
import { race, raceThroughFaults } from './races.js'
import { stops } from './stops.js'

/** All of them in under a minute, or for longer. */
export function scenarios(quick: boolean): Readonly<Record<string, () => Promise<readonly Figure[]>>> {
  const rounds = quick ? 1 : 5
  const calm = { processes: quick ? 4 : 8, tokens: 20, pause: 50 }
  const stormy = { processes: 3, tokens: 20 * rounds, pause: 200 }
  const inTests = {
    'two processes race for a token': () => race(2),
    'eight processes race for a token': () => race(8),
    'processes race while Redis fails': () => raceThroughFaults(4, rounds),
    'a log-out is heard, replicated': () => logOuts({ ...calm, mode: 'replicated' }),
    'a log-out while Redis fails, replicated': () => logOutsThroughFaults({ ...stormy, mode: 'replicated' }, rounds),
    'processes are told to stop': stops,
  }
  if (quick) return inTests
  return {
    ...inTests,
    'a log-out is heard, strict': () => logOuts({ ...calm, mode: 'strict' }),
    'a log-out while Redis fails, strict': () => logOutsThroughFaults({ ...stormy, mode: 'strict' }, rounds),
    'a million revocations are held': heaps,
  }
}
