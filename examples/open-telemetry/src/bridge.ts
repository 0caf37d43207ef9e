import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DependencyError, KeyEvent, StateEvent, VerdictEvent } from '@jwt-guard/core'
import type { Meter } from '@opentelemetry/api'

/**
 * Measures what jwt-guard tells, until what is returned is called. No attribute holds anything of a token: neither
 * `claim` nor a `kid` becomes one. `monotonic` answers milliseconds.
 */
export function measureJwtGuard(meter: Meter, monotonic = () => performance.now()): () => void {
  const verdicts = meter.createCounter('jwt_guard.verdicts')
  const failures = meter.createCounter('jwt_guard.failures')
  const fetches = meter.createCounter('jwt_guard.keys.fetches')
  const rotations = meter.createCounter('jwt_guard.keys.rotations')
  const dropped = meter.createCounter('jwt_guard.keys.dropped')
  const stale = meter.createCounter('jwt_guard.keys.stale')
  const held = meter.createGauge('jwt_guard.keys.held')
  const inVain = meter.createGauge('jwt_guard.keys.failures_in_succession')
  const age = meter.createObservableGauge('jwt_guard.keys.age', { unit: 's' })
  const revocations = meter.createCounter('jwt_guard.state.revocations')
  const storeFailures = meter.createCounter('jwt_guard.state.failures')

  const [sourceOf, reasonOf] = [atMost(100), atMost(50)]
  const fetchedAt = new Map<string, number>()
  age.addCallback((gauge) => {
    for (const [source, at] of fetchedAt) gauge.observe((monotonic() - at) / 1000, { source })
  })

  function measureKeys(event: KeyEvent): void {
    const source = sourceOf(event.source)
    if (event.event === 'fetched') {
      fetchedAt.set(source, monotonic())
      fetches.add(1, { source, outcome: 'fetched' })
      held.record(event.keys, { source })
      inVain.record(0, { source })
    }
    if (event.event === 'failed') {
      fetches.add(1, { source, outcome: 'failed', reason: reasonOf(event.reason) })
      inVain.record(event.failures, { source })
    }
    if (event.event === 'rotated') rotations.add(1, { source })
    if (event.event === 'dropped') dropped.add(1, { source })
    if (event.event === 'stale') stale.add(1, { source })
  }

  const stops = [
    listen('jwt-guard:verdict', ({ verdict, type, code, untyped }: VerdictEvent) =>
      verdicts.add(1, { verdict, type, ...(code && { code }), ...(untyped && { untyped }) }),
    ),
    listen('jwt-guard:failure', ({ code }: DependencyError) => failures.add(1, { code })),
    listen('jwt-guard:keys', measureKeys),
    listen('jwt-guard:state', (event: StateEvent) => {
      if (event.event === 'revoked') revocations.add(1, { what: event.what })
      else storeFailures.add(1, { operation: event.operation })
    }),
  ]
  return () => stops.forEach((stop) => stop())
}

function listen<Event>(channel: string, measure: (event: Event) => void): () => void {
  // A channel brings `unknown`; the types of its events are core's.
  const listener = (message: unknown) => measure(message as Event)
  subscribe(channel, listener)
  return () => unsubscribe(channel, listener)
}

/** Tells so many values apart, and calls later ones `other`: each value of an attribute is a series that somebody stores. */
function atMost(count: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.size < count) known.add(value)
    return known.has(value) ? value : 'other'
  }
}
