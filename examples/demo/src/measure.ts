import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { request } from 'node:http'
import type { VerdictEvent } from '@jwt-guard/core'
import type { Attempt, Outcome } from './attempts.js'
import { setAhead } from './clock.js'
import type { InHand } from './in-hand.js'

/** What came of a request. */
export interface Answer {
  /** Undefined where there was no answer. */
  readonly status: number | undefined
  /** What the guards said of it. There has to be one guard, and it has to say one thing. */
  readonly outcomes: readonly Outcome[]
}

const patience = 10_000

/** Makes the request of an attempt, and listens to what the guard behind it says. One at a time. */
export async function measure(attempt: Attempt, inHand: InHand, url: string): Promise<Answer> {
  const outcomes: Outcome[] = []
  const listen = (event: unknown) => {
    const { code = 'accepted' } = event as VerdictEvent
    outcomes.push(code)
  }
  subscribe('jwt-guard:verdict', listen)
  setAhead(attempt.hoursLater ?? 0)
  try {
    return { status: await statusOf(attempt, inHand, url), outcomes }
  } finally {
    setAhead(0)
    unsubscribe('jwt-guard:verdict', listen)
  }
}

function statusOf(attempt: Attempt, inHand: InHand, url: string): Promise<number | undefined> {
  const [method, path] = attempt.request
  const address = new URL(path + (attempt.query?.(inHand) ?? ''), url)
  // A flat list: an object of headers, and `fetch`, would make one Authorization header of two.
  const headers = ['Host', address.host]
  for (const token of attempt.shows(inHand)) headers.push('Authorization', `Bearer ${token}`)
  if (attempt.cookie !== undefined) headers.push('Cookie', attempt.cookie(inHand))
  return new Promise((resolve) => {
    const options = { method, headers, agent: false, signal: AbortSignal.timeout(patience) }
    const sent = request(address, options, (response) => {
      response.resume().on('close', () => resolve(response.statusCode))
    })
    sent.on('error', () => resolve(undefined)).end()
  })
}

/** Whether an answer is the one that it must be. */
export function isAsItMustBe({ status, outcomes }: Answer, { mustBe }: Attempt): boolean {
  const [mustStatus, mustOutcome] = mustBe
  return status === mustStatus && outcomes.length === 1 && outcomes[0] === mustOutcome
}
