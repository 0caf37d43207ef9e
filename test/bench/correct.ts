import type { Contestant } from './measure.js'

/** Who lets a bad token in, or keeps a good one out, has no time worth telling. `bad` is by what is bad about it. */
export async function assertCorrect(
  { name, alg, verify }: Pick<Contestant, 'name' | 'alg' | 'verify'>,
  good: string,
  bad: Readonly<Record<string, string>>,
): Promise<void> {
  await verify(good)
  for (const [defect, token] of Object.entries(bad)) {
    if (!(await refuses(verify, token))) throw new Error(`${name} accepts an ${alg} token with ${defect}`)
  }
}

async function refuses(verify: (token: string) => unknown, token: string): Promise<boolean> {
  try {
    await verify(token)
    return false
  } catch {
    return true
  }
}
