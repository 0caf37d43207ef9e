import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { ConfigurationError, DependencyError, TokenRejectedError, type RefusalCode } from '@jwt-guard/core'
import { expect, test } from 'vitest'
import type { RowId } from './rows.js'

/**
 * Executes one row of the catalogue, or one law of a row that has several. `coverage.test.ts` finds the executed rows
 * by these calls, so the id has to be a literal.
 */
export function attack(id: RowId, law: string, body: () => void | Promise<void>): void {
  test(`${id} ${law}`, async () => {
    expect.hasAssertions()
    await body()
  })
}

/** A token that is valid but for one thing, or any value in the place of a token. */
export interface Case {
  readonly name: string
  readonly token: unknown
  /** The code of the refusal. Several, only where which of them it is depends on chance. */
  readonly code: RefusalCode | readonly RefusalCode[]
  readonly claim?: string | undefined
}

export type Verify = (token: string) => Promise<unknown>

/** Cases that are refused for the same reason, by their names. */
export function refusedFor(
  code: Case['code'],
  tokens: Readonly<Record<string, unknown>> | readonly unknown[],
  claim?: string,
): readonly Case[] {
  const named = Array.isArray(tokens) ? tokens.map((token) => [describe(token), token]) : Object.entries(tokens)
  return named.map(([name, token]) => ({ name: String(name), token, code, claim }))
}

/**
 * That `valid` is accepted, and every case is refused for exactly its reason. All that went otherwise is reported at
 * once, and an error that is not the library's own counts as such.
 */
export async function expectRefusals(verify: Verify, valid: string, cases: Iterable<Case>): Promise<void> {
  await expectAccepted(verify, { 'the valid token': valid })
  const wrong: string[] = []
  let count = 0
  for (const { name, token, code, claim } of cases) {
    count++
    const verdict = await verdictOf(() => verify(token as string))
    const right = [code].flat().map((one) => (claim === undefined ? one : `${one} ${claim}`))
    if (!right.includes(claim === undefined ? bare(verdict) : verdict)) {
      wrong.push(`${name}: expected ${right.join(' or ')}, got ${verdict}`)
    }
  }
  expect(count).toBeGreaterThan(0)
  expect(wrong).toEqual([])
}

/** That every one of these is accepted: what a strict verifier must not refuse. */
export async function expectAccepted(verify: Verify, tokens: Readonly<Record<string, string>>): Promise<void> {
  const wrong: string[] = []
  for (const [name, token] of Object.entries(tokens)) {
    const verdict = await verdictOf(() => verify(token))
    if (verdict !== 'accepted') wrong.push(`${name}: ${verdict}`)
  }
  expect(Object.keys(tokens).length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
}

/** `accepted`, the code and the claim of a refusal, the code of an outage, or what was thrown that is neither. */
export async function verdictOf(verification: () => unknown): Promise<string> {
  try {
    await verification()
    return 'accepted'
  } catch (error) {
    if (error instanceof TokenRejectedError)
      return error.claim === undefined ? error.code : `${error.code} ${error.claim}`
    if (error instanceof DependencyError || error instanceof ConfigurationError) return `${error.name} ${error.code}`
    return `a foreign error: ${String(error)}`
  }
}

/** The code of the `ConfigurationError` that something throws when it is constructed, or what happened instead. */
export function mistakeOf(construct: () => unknown): string {
  try {
    construct()
    return 'constructed'
  } catch (error) {
    return error instanceof ConfigurationError ? error.code : `a foreign error: ${String(error)}`
  }
}

/** What is published on a diagnostics channel while something runs. */
export async function eventsOf(name: string, run: () => Promise<unknown>): Promise<readonly unknown[]> {
  const events: unknown[] = []
  const listen = (event: unknown) => void events.push(event)
  subscribe(name, listen)
  try {
    await run()
  } finally {
    unsubscribe(name, listen)
  }
  return events
}

function bare(verdict: string): string {
  return verdict.startsWith('ERR_') ? verdict.replace(/ .*$/, '') : verdict
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : Object.prototype.toString.call(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
