import { jwtGuard } from '@jwt-guard/express'
import type { HttpContestant } from './http-contestant.js'
import { contestant } from './http-express.js'
import { withRevocations, withSingleUse, type Opened } from './stateful.js'
import type { Trust } from './trust.js'

export const revocationContestants = async (trust: Trust, redis: string | undefined) =>
  mounted(trust, await withRevocations(trust, redis))

export const singleUseContestants = async (trust: Trust, redis: string | undefined) =>
  mounted(trust, await withSingleUse(trust, redis))

/** On Express, for as long as the process is there. */
function mounted({ algorithm }: Trust, { contestants }: Opened): readonly HttpContestant[] {
  return contestants.map(({ name, tokens, differs }) => contestant(name, algorithm, differs, jwtGuard(tokens.access)))
}
