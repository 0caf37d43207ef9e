import { testKey, testSecret } from '@jwt-guard/testing'
import { contestantsFor } from './contestants.js'
import { measure, type Contestant, type Plan } from './measure.js'
import { differences, machine, table, type Result } from './report.js'
import { algorithms, issuerOf, tampered, tokenOf, type BenchedAlgorithm } from './tokens.js'

const quick = process.argv.includes('--quick')
const ringSize = 2000
const rounds = quick ? 30 : 150

/** A batch takes everybody milliseconds, whatever the algorithm costs. */
function planFor(algorithm: BenchedAlgorithm): Plan {
  return { rounds, warmUp: 8, batch: algorithm === 'HS256' ? 1000 : quick ? 100 : 250 }
}

async function bench(algorithm: BenchedAlgorithm): Promise<Result> {
  const issuer = issuerOf(algorithm)
  const stranger = algorithm === 'HS256' ? testSecret(algorithm) : testKey(algorithm)
  const contestants = await contestantsFor(algorithm, issuer)
  for (const contestant of contestants) {
    const spoiled = tampered(issuer, contestant.alg, stranger)
    await assertCorrect(contestant, tokenOf(issuer, contestant.alg), spoiled)
  }
  const names = new Set(contestants.map(({ alg }) => alg))
  const rings = new Map([...names].map((alg) => [alg, Array.from({ length: ringSize }, () => tokenOf(issuer, alg))]))
  return { algorithm, contestants, figures: await measure(contestants, rings, planFor(algorithm)) }
}

/** Who lets a bad token in, or keeps a good one out, has no time worth telling. */
async function assertCorrect({ name, alg, verify }: Contestant, good: string, bad: Readonly<Record<string, string>>) {
  await verify(good)
  for (const [defect, token] of Object.entries(bad)) {
    const refused = await Promise.resolve()
      .then(() => verify(token))
      .then(
        () => false,
        () => true,
      )
    if (!refused) throw new Error(`${name} accepts an ${alg} token with ${defect}`)
  }
}

const results: Result[] = []
for (const algorithm of algorithms) {
  console.error(`${algorithm} …`)
  results.push(await bench(algorithm))
}

console.log(`# Cold verification

${machine()}

${table(results)}

µs/op is the median of ${rounds} rounds. ÷ raw is the median of the rounds' own ratios, with the 10th and 90th percentile
beside it: the contestants take turns within each round, in another order every time; A/A is the noise. The tokens are
access tokens of RFC 9068, ${ringSize} distinct ones per algorithm in turn, each time in a newly made string; nobody
remembers a token. Every contestant accepted the good tokens and refused those with another subject, another signature,
or another key. Every check of ours that a contestant has an option for is on. In what they differ:

${differences(results)}`)
