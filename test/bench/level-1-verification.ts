import type { FakeIssuer } from '@jwt-guard/testing'
import { atLeast, atMost, differencesOf, microseconds, ratioCells } from './cells.js'
import { cachingPeer, contestantsFor, own, ownAgain, rememberingContestants } from './contestants.js'
import { assertCorrect } from './correct.js'
import { FreshTokens } from './fresh-tokens.js'
import type { Level, Run, Section } from './level.js'
import type { Contestant } from './measure.js'
import type { Group } from './picture.js'
import { Ring } from './ring.js'
import { inTurns } from './rounds.js'
import { median, noiseOfMedian, ratios, spreadOfRatio } from './statistics.js'
import {
  algorithms,
  issuerOf,
  keyFor,
  TalkativeIssuer,
  tampered,
  tokenOf,
  tokensOf,
  type BenchedAlgorithm,
} from './tokens.js'

/** The most that a cold verification of ours may take, as a multiple of raw OpenSSL. */
const coldGoals: Readonly<Record<BenchedAlgorithm, number>> = { HS256: 2.8, RS256: 1.2, ES256: 1.15, Ed25519: 1.15 }
/** How many times as long as ours the best cache of a peer is to take. */
const warmGoal = 2
const warmTokens = 500
/** How often in a turn each comes: once is soon over, and what the one before left to collect would count for more. */
const warmLaps = 4

/** Whose tokens are verified, and how they are told apart in the tables. */
interface Tokens {
  readonly label: string
  readonly algorithm: BenchedAlgorithm
  readonly issuer: FakeIssuer
}

interface Measured extends Tokens {
  readonly contestants: readonly Contestant[]
  /** For each contestant nanoseconds per token, one figure per round. */
  readonly figures: readonly (readonly number[])[]
}

export async function verification({ quick }: Run): Promise<Level> {
  const rounds = quick ? 15 : 100
  const warmRounds = quick ? 6 : 60
  const cold: Measured[] = []
  const warm: Measured[] = []
  for (const tokens of allTokens()) {
    console.error(`verification, ${tokens.label} …`)
    cold.push(await measureCold(tokens, rounds, quick))
    warm.push(await measureWarm(tokens, warmRounds))
  }
  return {
    title: 'Level 1: verification in one process',
    sections: [coldSection(cold, rounds), warmSection(warm, warmRounds)],
    charts: [
      { title: 'A token not seen before, ÷ raw node:crypto (shorter is better)', mark: 1, groups: cold.map(coldGroup) },
      { title: 'A token seen before, ÷ ours (longer is slower)', mark: 1, groups: warm.map(warmGroup) },
    ],
  }
}

/** Small tokens of every algorithm, and larger ones where the signature takes least: there their claims count most. */
function allTokens(): readonly Tokens[] {
  const small = algorithms.map((algorithm) => ({ label: algorithm, algorithm, issuer: issuerOf(algorithm) }))
  const large = (['HS256', 'RS256'] as const).map((algorithm) => {
    const issuer = issuerOf(algorithm, 'https://issuer.test/realms/test', TalkativeIssuer)
    return { label: `${algorithm}, 22 claims`, algorithm, issuer }
  })
  return [...small, ...large]
}

/** Nobody sees a text that anybody has seen: each is made for one turn of one contestant. */
async function measureCold(tokens: Tokens, rounds: number, quick: boolean): Promise<Measured> {
  const { algorithm, issuer } = tokens
  const contestants = await contestantsFor(algorithm, issuer)
  await assertAllCorrect(algorithm, issuer, contestants)
  const warmUp = 8
  const batch = (algorithm === 'HS256' ? 10 : 1) * (quick ? 30 : 100)
  const fresh = new FreshTokens(
    issuer,
    contestants.map(({ alg }) => alg),
    batch,
  )
  const figures = await inTurns(contestants, { rounds, warmUp }, async ({ time }, index) => time(fresh.take(index)))
  return { ...tokens, contestants, figures }
}

/** Everybody sees all of its own tokens in every round. */
async function measureWarm(tokens: Tokens, rounds: number): Promise<Measured> {
  const { algorithm, issuer } = tokens
  const contestants = await rememberingContestants(algorithm, issuer)
  await assertAllCorrect(algorithm, issuer, contestants)
  const texts = contestants.map(({ alg }) => new Ring(tokensOf(issuer, alg, warmTokens)).next(warmLaps * warmTokens))
  const figures = await inTurns(contestants, { rounds, warmUp: 3 }, async ({ time }, index) => time(texts[index] ?? []))
  return { ...tokens, contestants, figures }
}

async function assertAllCorrect(
  algorithm: BenchedAlgorithm,
  issuer: FakeIssuer,
  contestants: readonly Contestant[],
): Promise<void> {
  const stranger = keyFor(algorithm)
  for (const contestant of contestants) {
    const { alg } = contestant
    await assertCorrect(contestant, tokenOf(issuer, alg), tampered(issuer, alg, stranger))
  }
}

function coldSection(measured: readonly Measured[], rounds: number): Section {
  return {
    title: 'Cold: a token that nobody has seen',
    about: `${rounds} rounds. Access tokens of RFC 9068 with 8 claims, and where it says so with 22, as Keycloak's have; no text was seen before by anybody, in this round or another, and each comes in a newly made string. Every contestant accepted the good tokens and refused those with another subject, another signature, or another key. Every check of ours that a contestant has an option for is on.`,
    head: ['tokens', 'contestant', 'µs/op', 'beside', 'ratio', 'p10..p90', 'goal'],
    rows: measured.flatMap(coldRows),
    differs: differencesOf(measured.flatMap(({ contestants }) => contestants).filter(({ name }) => name !== ownAgain)),
  }
}

function coldRows(measured: Measured): readonly (readonly string[])[] {
  const { label, algorithm, contestants, figures } = measured
  const [raw = [], ours = []] = figures
  const rows = contestants.map(({ name }, index): readonly string[] => {
    const values = figures[index] ?? []
    const isAgain = name === ownAgain
    const ratio = spreadOfRatio(values, isAgain ? ours : raw)
    const [middle, spread] = ratioCells(ratio)
    const goal = name === own ? atMost(coldGoals[algorithm], ratio.middle) : ''
    const told = isAgain ? 'ours (A/A)' : 'raw'
    return [label, name, microseconds(median(values)), told, middle, spread, goal]
  })
  return [...rows, besideTheFastest(measured)]
}

/** Ours beside whichever peer was the fastest, and no slower than what the median of ours beside itself may be off. */
function besideTheFastest({ label, contestants, figures }: Measured): readonly string[] {
  const [, ours = [], again = [], ...others] = figures
  const fastest = others.toSorted((one, other) => median(one) - median(other))[0] ?? []
  const peer = contestants[figures.indexOf(fastest)]?.name ?? ''
  const ratio = spreadOfRatio(ours, fastest)
  const goal = 1 + noiseOfMedian(ratios(again, ours))
  const told = `${peer}, the fastest peer`
  return [label, own, microseconds(median(ours)), told, ...ratioCells(ratio), atMost(goal, ratio.middle)]
}

function warmSection(measured: readonly Measured[], rounds: number): Section {
  return {
    title: 'Warm: a token that was seen before',
    about: `${rounds} rounds. ${warmTokens} tokens in turn, ${warmLaps} times in each round, each seen before, and each time in a newly made string; everybody has its own, so that nobody profits from what another has seen. Ours remembers that a text was signed, and checks everything else again; fast-jwt's cache remembers whole verdicts. The others remember nothing, and stand here for reference.`,
    head: ['tokens', 'contestant', 'µs/op', '÷ ours', 'p10..p90', 'goal'],
    rows: measured.flatMap(({ label, contestants, figures }) =>
      contestants.map(({ name }, index) => {
        const values = figures[index] ?? []
        const ratio = spreadOfRatio(values, figures[0] ?? [])
        const [middle, spread] = ratioCells(ratio)
        const goal = name === cachingPeer ? atLeast(warmGoal, ratio.middle) : name === ownAgain ? 'A/A' : ''
        return [label, name, microseconds(median(values)), middle, spread, goal]
      }),
    ),
    differs: differencesOf(
      measured.flatMap(({ contestants }) => contestants).filter(({ name }) => name === cachingPeer),
    ),
  }
}

function coldGroup({ label, contestants, figures }: Measured): Group {
  const [raw = []] = figures
  const bars = contestants.flatMap(({ name }, index) =>
    index === 0 || name === ownAgain
      ? []
      : [{ label: name, value: spreadOfRatio(figures[index] ?? [], raw), own: name === own }],
  )
  return { label, bars }
}

function warmGroup({ label, contestants, figures }: Measured): Group {
  const ours = figures[0] ?? []
  const bars = contestants.flatMap(({ name }, index) =>
    name === ownAgain ? [] : [{ label: name, value: spreadOfRatio(figures[index] ?? [], ours), own: name === own }],
  )
  return { label, bars }
}
