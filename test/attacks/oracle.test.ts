import { createPublicKey, KeyObject } from 'node:crypto'
import { TokenRejectedError, verifyCompactJws } from '@jwt-guard/core'
import { forge, signatureOf, type TestKey } from '@jwt-guard/testing'
import * as fc from 'fast-check'
import { compactVerify } from 'jose'
import { expect, test } from 'vitest'
import { lookAlikes } from './hostile.js'
import { everyKey } from './keys.js'

/**
 * Where `jose` accepts and this library does not: the code, and why that is meant. Whatever else differs, in either
 * direction, is a fault of one of the two.
 */
const stricter: Readonly<Record<string, string>> = {
  ERR_TOKEN_MALFORMED:
    'jose takes white space, padding and loose bits in base64url, and an empty payload (HDR-05, 06, 08, 52)',
  ERR_TOKEN_TOO_LONG: 'jose has no bound (HDR-11, HDR-12)',
  ERR_HEADER_MALFORMED:
    'jose takes members that stand twice, a byte order mark, any depth and number of members and values (HDR-15, 17, 18, 50, 51, 54)',
  ERR_HEADER_INVALID:
    'jose passes over what is refused here: keys, extensions and encryption in the header, odd kid and typ (HDR-29 to 49)',
}

/** How often every pair of verdicts came, and what must not have come. */
class Comparison {
  readonly faults: string[] = []
  readonly stricter = new Map<string, number>()
  readonly counts = { both: 0, neither: 0, ours: 0, theirs: 0 }

  async compare(token: string, key: TestKey): Promise<void> {
    const [ours, theirs] = await Promise.all([oursOn(token, key), theirsOn(token, key)])
    if (ours instanceof Uint8Array && theirs instanceof Uint8Array) {
      this.counts.both++
      if (!Buffer.from(ours).equals(theirs)) this.faults.push(`${key.algorithm}, other bytes: ${token}`)
    } else if (ours instanceof Uint8Array) {
      this.counts.ours++
      this.faults.push(`${key.algorithm}, accepted here alone: ${token}`)
    } else if (theirs instanceof Uint8Array) {
      this.counts.theirs++
      this.stricter.set(ours, (this.stricter.get(ours) ?? 0) + 1)
    } else {
      this.counts.neither++
    }
    if (typeof ours === 'string' && !ours.startsWith('ERR_')) this.faults.push(`${key.algorithm}, ${ours}: ${token}`)
  }

  /** What is wrong: what only this library accepts or reads otherwise, and refusals that the list does not explain. */
  get unexplained(): readonly string[] {
    return [...this.faults, ...[...this.stricter.keys()].filter((code) => stricter[code] === undefined)]
  }
}

async function oursOn(token: string, key: TestKey): Promise<Uint8Array | string> {
  try {
    return (await verifyCompactJws(token, key.source)).payload
  } catch (error) {
    return error instanceof TokenRejectedError ? error.code : `a foreign error: ${String(error)}`
  }
}

const forJose = new Map(
  everyKey.map((key) => [key, key.secret instanceof KeyObject ? createPublicKey(key.secret) : key.secret]),
)

async function theirsOn(token: string, key: TestKey): Promise<Uint8Array | undefined> {
  const material = forJose.get(key)
  if (material === undefined) throw new TypeError('a key that is not of this run')
  try {
    return (await compactVerify(token, material, { algorithms: [key.algorithm] })).payload
  } catch {
    return undefined
  }
}

/** A generator of numbers that is the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const characters = [...Array.from(alphabet + '+/=. \t\n\r\0~"{}'), ...lookAlikes]

/** A token with one to three changes to its text. */
function mutated(token: string, next: (below: number) => number): string {
  let text = token
  for (let changes = next(3); changes >= 0; changes--) {
    const at = next(text.length + 1)
    const character = characters[next(characters.length)] ?? ''
    const [before, behind] = [text.slice(0, at), text.slice(at)]
    const segments = text.split('.')
    const edits = [
      () => before + character + behind,
      () => before + character + behind.slice(1),
      () => before + behind.slice(1),
      () => before + behind.slice(0, 1).toUpperCase() + behind.slice(1),
      () => text.slice(0, -1) + (alphabet[next(64)] ?? ''),
      () => text + (alphabet[next(64)] ?? ''),
      () => `${text}${'='.repeat(1 + next(2))}`,
      () => text.replace('.', '=.'),
      () => segments.with(next(segments.length), '').join('.'),
      () => segments.with(next(segments.length), segments[next(segments.length)] ?? '').join('.'),
      () => segments.toReversed().join('.'),
      () => [...segments, segments[next(segments.length)] ?? ''].join('.'),
      () => segments.slice(0, -1).join('.'),
      () => `${before}${character}`.repeat(2) + behind,
      () => text.trim() + ['', ' ', '\n', '.', '..'][next(5)],
    ]
    text = edits[next(edits.length)]?.() ?? text
  }
  return text
}

const payloads = ['{"sub":"user-1"}', '{}', 'no JSON', '\0\u00ff', '{"a":1,"a":2}', 'x'.repeat(200)]

test(
  'what is accepted of mutated tokens, jose accepts too and reads as the same bytes',
  { timeout: 60_000 },
  async () => {
    const comparison = new Comparison()
    const next = numbers(20_270_115)
    for (const key of everyKey) {
      for (const payload of payloads) {
        const token = forge({ header: { alg: key.algorithm, typ: 'at+jwt', kid: key.kid }, payload, key })
        await comparison.compare(token, key)
        for (let count = 0; count < 60; count++) await comparison.compare(mutated(token, next), key)
      }
    }
    expect(comparison.unexplained).toEqual([])
    expect(comparison.counts.both).toBeGreaterThanOrEqual(everyKey.length * payloads.length)
    expect(comparison.counts.neither).toBeGreaterThan(1000)
    expect(comparison.stricter.get('ERR_TOKEN_MALFORMED')).toBeGreaterThan(0)
  },
)

// oxfmt-ignore
const names = [
  'alg', 'typ', 'kid', 'cty', 'crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'enc', 'zip', 'epk', 'apu',
  'apv', 'p2c', 'p2s', 'iv', 'tag', 'exp', 'x', '', 'Alg', 'KID', '__proto__', 'constructor', 'toString', '\ud800',
]
// oxfmt-ignore
const plain = ['', 'test', 'at+jwt', 'JWT', 'none', 'HS256', 'ES256', null, true, false, 0, -1, 1e300, [], {}]
const value = fc.oneof(
  fc.constantFrom<unknown>(...plain),
  fc.jsonValue({ maxDepth: 6 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

test('what is accepted of well-signed tokens with any header, jose accepts too', { timeout: 60_000 }, async () => {
  const comparison = new Comparison()
  const cheap = everyKey.filter(({ algorithm }) => !/^[RP]S/.test(algorithm))
  const members = fc.array(fc.tuple(fc.constantFrom(...names), value, fc.boolean()), { maxLength: 6 })
  const layout = fc.constantFrom('', ' ', '\n', '\t\r\n', '\ufeff', '\0', ',')
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cheap), members, layout, fc.boolean(), async (key, others, space, last) => {
      const written = others.map(([name, content, escaped]) => member(name, content, escaped))
      const alg = `"alg":${JSON.stringify(key.algorithm)}`
      const header = `{${(last ? [...written, alg] : [alg, ...written]).join(`,${space === ',' ? '' : space}`)}${space}}`
      await comparison.compare(forge({ header, payload: '{}', key }), key)
    }),
    { seed: 20_270_115, numRuns: 4000 },
  )
  expect(comparison.unexplained).toEqual([])
  expect(comparison.counts.both).toBeGreaterThan(100)
  expect(comparison.stricter.get('ERR_HEADER_INVALID')).toBeGreaterThan(100)
  expect(comparison.stricter.get('ERR_HEADER_MALFORMED')).toBeGreaterThan(10)
})

function member(name: string, content: unknown, escaped: boolean): string {
  const first = name.charCodeAt(0)
  const written =
    escaped && name !== '' ? `"\\u${first.toString(16).padStart(4, '0')}${name.slice(1)}"` : JSON.stringify(name)
  return `${written}:${JSON.stringify(content)}`
}

test('what is accepted of texts that are no tokens, jose accepts too: nothing', { timeout: 60_000 }, async () => {
  const comparison = new Comparison()
  const segment = fc.oneof(
    fc.base64String({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text).toString('base64url')),
    fc.constantFrom(
      ...everyKey.map(({ algorithm }) => Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')),
    ),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('.')),
    fc.tuple(segment, segment, segment).map((segments) => segments.join('.')),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...everyKey), text, (key, token) => comparison.compare(token, key)),
    { seed: 20_270_115, numRuns: 3000 },
  )
  expect(comparison.unexplained).toEqual([])
  expect(comparison.counts).toEqual({ both: 0, neither: 3000, ours: 0, theirs: 0 })
})

test('a good signature over any two segments is accepted by both, or is refused for a reason that is known', async () => {
  const comparison = new Comparison()
  const next = numbers(7)
  for (const key of everyKey) {
    const [header = '', payload = ''] = forge({
      header: { alg: key.algorithm },
      payload: '{"sub":"user-1"}',
      key,
    }).split('.')
    const texts = ['', '=', '==', ' ', '\n', ...Array.from(alphabet)].flatMap((end) => [
      `${header}${end}.${payload}`,
      `${header}.${payload}${end}`,
      `${header}.${end}`,
      `${header}.${payload.slice(0, -1)}${end}`,
    ])
    // Every one of them for the quick algorithms, and some for those of RSA.
    for (const signed of /^[RP]S/.test(key.algorithm) ? texts.filter(() => next(8) === 0) : texts) {
      await comparison.compare(`${signed}.${signatureOf(signed, key).toString('base64url')}`, key)
    }
  }
  expect(comparison.unexplained).toEqual([])
  expect(comparison.counts.both).toBeGreaterThan(100)
})
