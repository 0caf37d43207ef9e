import { describe, expect, test } from 'vitest'
import { FetchSchedule, type Phase, type Step } from '../../src/issuers/fetch-schedule.js'

const minute = 60_000
const timing = { cooldown: 30_000, maxAge: 10 * minute, staleFor: 60 * minute }

/** A schedule whose pauses are as long as they can be. */
function schedule(settings: Partial<typeof timing> = {}, random = () => 0) {
  return new FetchSchedule({ ...timing, ...settings }, random)
}

/** A schedule with a set that was fetched at 0. */
function held(freshSeconds?: number, settings: Partial<typeof timing> = {}) {
  const made = schedule(settings)
  made.began(0)
  made.succeeded(freshSeconds)
  return made
}

/** The same, and a fetch that failed at that time. */
function failing(at: number, settings: Partial<typeof timing> = {}) {
  const made = held(undefined, settings)
  made.began(at)
  made.failed(at)
  return made
}

const steps = (made: FetchSchedule, now: number): readonly Step[] => [made.step(now, true), made.step(now, false)]

describe('phases', () => {
  test.each<[number, Phase]>([
    [0, 'fresh'],
    [8 * minute - 1, 'fresh'],
    [8 * minute, 'ageing'],
    [10 * minute - 1, 'ageing'],
    [10 * minute, 'expired'],
    [70 * minute - 1, 'expired'],
    [70 * minute, 'absent'],
  ])('a set for which no fetch has failed is at %d ms %s', (now, phase) => {
    expect(held().phase(now)).toBe(phase)
  })

  test.each<[number, Phase]>([
    [8 * minute, 'ageing'],
    [10 * minute - 1, 'ageing'],
    [10 * minute, 'stale'],
    [18 * minute - 1, 'stale'],
    [18 * minute, 'expired'],
    [70 * minute, 'absent'],
  ])('a set after a failed fetch, of which each counts for as long as a set is good, is at %d ms %s', (now, phase) => {
    expect(failing(8 * minute).phase(now)).toBe(phase)
  })

  test('nothing is held before the first fetch, and none that failed brings anything', () => {
    const made = schedule()
    expect(made.phase(0)).toBe('absent')
    made.began(0)
    made.failed(0)
    expect(made.phase(0)).toBe('absent')
  })

  test('while fetching fails again and again a set is stale until it is absent', () => {
    const made = held()
    for (let at = 8 * minute; at < 70 * minute; at += minute) {
      made.failed(at)
      expect(made.phase(at + minute)).toBe(at < 9 * minute ? 'ageing' : at < 69 * minute ? 'stale' : 'absent')
    }
  })

  test('a fetch that failed long before a set grew old is no excuse for using it', () => {
    expect(failing(1000).phase(10 * minute)).toBe('stale')
    expect(failing(1000).phase(10 * minute + 1000)).toBe('expired')
    expect(failing(1000).step(10 * minute + 1000, true)).toBe('fetch first')
  })

  test('a success ends a time of failures, also for the set that it brought', () => {
    const made = failing(9 * minute)
    made.began(9 * minute + 5000)
    made.succeeded(60)
    expect(made.phase(11 * minute)).toBe('expired')
  })

  test('without a time of staleness a set is absent where it would be expired', () => {
    expect(held(undefined, { staleFor: 0 }).phase(10 * minute - 1)).toBe('ageing')
    expect(held(undefined, { staleFor: 0 }).phase(10 * minute)).toBe('absent')
  })

  test('a set is as old as the request for it', () => {
    const made = schedule()
    made.began(0)
    made.succeeded()
    made.began(9 * minute)
    made.succeeded()
    expect(made.phase(17 * minute - 1)).toBe('fresh')
    expect(made.phase(17 * minute)).toBe('ageing')
  })
})

describe('how long a set is good', () => {
  test.each([
    [undefined, 600],
    [0, 60],
    [59, 60],
    [61, 61],
    [599, 599],
    [601, 600],
    [2 ** 31, 600],
  ])('the issuer says %s seconds: %d', (said, good) => {
    const made = schedule()
    made.began(0)
    expect(made.succeeded(said)).toBe(good * 1000)
    expect(made.phase(good * 800 - 1)).toBe('fresh')
    expect(made.phase(good * 800)).toBe('ageing')
  })
})

describe('steps', () => {
  test('the table: held by age, the key there or not', () => {
    expect(steps(schedule(), 0)).toEqual(['fetch first', 'fetch first'])
    expect(steps(held(), 0)).toEqual(['answer', 'fetch first'])
    expect(steps(held(), 8 * minute)).toEqual(['answer, and fetch meanwhile', 'fetch first'])
    expect(steps(held(), 10 * minute)).toEqual(['fetch first', 'fetch first'])
    expect(steps(held(), 70 * minute)).toEqual(['fetch first', 'fetch first'])
    expect(steps(failing(8 * minute), 11 * minute)).toEqual(['answer, and fetch meanwhile', 'fetch first'])
  })

  test('during the pause after a failure nothing is fetched', () => {
    const cold = schedule()
    cold.began(0)
    cold.failed(0)
    expect(steps(cold, 4999)).toEqual(['refuse', 'refuse'])
    expect(steps(cold, 5000)).toEqual(['fetch first', 'fetch first'])
    for (const at of [1000, 8 * minute, 10 * minute]) {
      expect(steps(failing(at), at + 4999)).toEqual(['answer', 'answer'])
      expect(failing(at).step(at + 30_000, false)).toBe('fetch first')
    }
    expect(steps(failing(70 * minute), 70 * minute + 4999)).toEqual(['refuse', 'refuse'])
  })

  test('a key is sought once per cooldown while the set is fresh, found or not', () => {
    const made = held()
    made.began(1000)
    made.succeeded()
    expect(steps(made, 30_999)).toEqual(['answer', 'answer'])
    expect(steps(made, 31_000)).toEqual(['answer', 'fetch first'])
  })

  test('the cooldown runs from the begin of a fetch that was waited for in vain, and from no other', () => {
    const made = held()
    expect(made.step(1, false)).toBe('fetch first')
    made.searched()
    expect(made.step(29_999, false)).toBe('answer')
    expect(made.step(30_000, false)).toBe('fetch first')
  })

  test('a cooldown keeps no ageing and no stale set from being fetched again', () => {
    const made = held(undefined, { cooldown: 60 * minute })
    made.searched()
    expect(steps(made, 8 * minute)).toEqual(['answer, and fetch meanwhile', 'fetch first'])
    made.began(8 * minute)
    made.failed(8 * minute)
    expect(steps(made, 11 * minute)).toEqual(['answer, and fetch meanwhile', 'fetch first'])
  })

  test('a search that fails costs the cooldown too', () => {
    const made = held()
    made.began(1000)
    made.failed(1000)
    expect(made.step(30_999, false)).toBe('answer')
    expect(made.step(31_000, false)).toBe('fetch first')
  })
})

describe('pauses', () => {
  /** The pauses after so many failures in succession. */
  function pauses(count: number, random: () => number): readonly number[] {
    const made = schedule({}, random)
    return Array.from({ length: count }, () => made.failed(0))
  }

  test('double up to a minute', () => {
    expect(pauses(7, () => 0)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
    expect(pauses(2000, () => 0).at(-1)).toBe(60_000)
  })

  test('are never shorter than half of that', () => {
    expect(pauses(6, () => 1)).toEqual([2500, 5000, 10_000, 20_000, 30_000, 30_000])
  })

  test('differ from one process to the next', () => {
    const made = () => new FetchSchedule(timing).failed(0)
    const some = Array.from({ length: 100 }, made)
    expect(new Set(some).size).toBeGreaterThan(50)
    expect(some.filter((pause) => pause < 2500 || pause > 5000)).toEqual([])
  })

  test('are short again after a success', () => {
    const made = schedule()
    for (const at of [0, 10_000, 30_000]) made.failed(at)
    made.began(80_000)
    made.succeeded()
    expect(made.failures).toBe(0)
    expect(made.failed(100_000)).toBe(5000)
  })
})

test('under another clock a set is as old as that, and what happened is forgotten', () => {
  const made = failing(8 * minute)
  made.searched()
  made.restart(1e9)
  expect(made.phase(1e9 + 8 * minute - 1)).toBe('fresh')
  expect(made.phase(1e9 + 8 * minute)).toBe('ageing')
  expect(steps(made, 1e9)).toEqual(['answer', 'fetch first'])
  made.succeeded()
  expect(made.phase(1e9)).toBe('fresh')
  made.failed(1e9)
  made.restart(0)
  expect(made.phase(10 * minute)).toBe('expired')
})
