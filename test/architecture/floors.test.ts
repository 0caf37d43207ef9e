import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circleIn, roomOf, root, sourcesOf, type SourceFile } from './source.js'

/** Core's rooms from the top of the house to the bottom: a room imports from those below it alone. */
const floors = [
  'index.ts',
  'http',
  'tokens',
  'explain.ts',
  'verify.ts',
  'verification.ts',
  'jwt',
  'rules',
  'issuers',
  'state',
  'encoding',
  'errors',
]
const adapters = ['express', 'koa', 'nest']
const packages = readdirSync(join(root, 'packages'))
const core = sourcesOf('core')
const inside = new Set(core.map(({ path }) => path))

describe('core', () => {
  test('has no rooms but those of the house', () => {
    expect([...new Set(core.map(({ path }) => roomOf(path)))].toSorted()).toEqual(floors.toSorted())
  })

  test.each(core)('$path imports from its own room and from lower floors alone', ({ path, imports }) => {
    const floor = floors.indexOf(roomOf(path))
    const climbing = imports.filter((target) => inside.has(target) && floors.indexOf(roomOf(target)) < floor)
    expect(climbing).toEqual([])
  })

  test('checks signatures in jwt/signature.ts alone', () => {
    const primitive = /\b(createVerify|createHmac|timingSafeEqual)\b|\bverify\b[^']*from 'node:crypto'/
    expect(filesWith(core, primitive)).toEqual(['jwt/signature.ts'])
  })

  test('opens encrypted tokens in jwt/decryption.ts alone, which alone knows jose', () => {
    expect(filesWith(core, /\bjose\b['/]/)).toEqual(['jwt/decryption.ts'])
    expect(filesWith(core, /\b(compactDecrypt|privateDecrypt|createDecipheriv|diffieHellman)\b/)).toEqual([
      'jwt/decryption.ts',
    ])
  })

  test("knows pkijs in issuers/certificate-library.ts alone, and node's certificates beside their chains alone", () => {
    expect(filesWith(core, /'pkijs'/)).toEqual(['issuers/certificate-library.ts'])
    const certificates = filesWith(core, /\bX509Certificate\b.*from 'node:crypto'|\bcheckIssued\b/)
    expect(certificates.filter((path) => !/^issuers\/(certificate-|key-text)/.test(path))).toEqual([])
  })

  test('depends otherwise on the types of Standard Schema alone', () => {
    const foreign = core
      .flatMap(({ imports }) => imports)
      .filter((target) => !inside.has(target) && !target.startsWith('node:'))
    expect([...new Set(foreign)].filter((name) => !name.startsWith('jose/'))).toEqual(['@standard-schema/spec'])
  })

  test('asks the system for the time in encoding/clock.ts alone', () => {
    expect(filesWith(core, /Date\.now|performance\.now|new Date\(\)/)).toEqual(['encoding/clock.ts'])
  })

  test('has no decoder of unverified tokens on its public list', () => {
    const list = core.find(({ path }) => path === 'index.ts')?.text ?? ''
    expect(list).not.toMatch(/Unverified|readJws|readHeader|decode|parseStrict|witnessFor/)
  })
})

/** A check: a file of `rules` that exports a function named check…. */
const checks = core.filter(({ path, text }) => path.startsWith('rules/') && /export function check/.test(text))

test.each(checks)(
  '$path is a pure check: no other check, no node: module, no promise, no clock, no throw',
  ({ path, text, imports }) => {
    const others = new Set(checks.map((check) => check.path).filter((other) => other !== path))
    expect(imports.filter((target) => target.startsWith('node:') || others.has(target))).toEqual([])
    expect(text).not.toMatch(/\basync\b|\bawait\b|\bthrow\b|\bDate\b\.|new Date|\bPromise\b/)
  },
)

test('redis imports core by its public list, and neither client', () => {
  const foreign = sourcesOf('redis')
    .flatMap(({ imports }) => imports)
    .filter((target) => !target.startsWith('node:') && !target.endsWith('.ts'))
  expect([...new Set(foreign)]).toEqual(['@jwt-guard/core'])
})

test.each(adapters)('%s imports core by its public list and no other adapter', (name) => {
  const ours = sourcesOf(name)
    .flatMap(({ imports }) => imports)
    .filter((target) => target.startsWith('@jwt-guard/'))
  expect([...new Set(ours)]).toEqual(['@jwt-guard/core'])
})

test('the issuer imports core by its public list, and signs and encrypts in sign.ts alone, which alone knows jose', () => {
  const issuer = sourcesOf('issuer')
  const ours = issuer.flatMap(({ imports }) => imports).filter((target) => target.startsWith('@jwt-guard/'))
  expect([...new Set(ours)]).toEqual(['@jwt-guard/core'])
  expect(filesWith(issuer, /'jose['/]/)).toEqual(['sign.ts'])
  expect(filesWith(issuer, /Date\.now|performance\.now|new Date\(\)/)).toEqual(['clock.ts'])
})

test.each(packages)('%s has no circle of imports, types included', (name) => {
  expect(circleIn(sourcesOf(name))).toBeUndefined()
})

test.each(packages)('%s has no folder for what belongs nowhere', (name) => {
  expect(
    sourcesOf(name)
      .map(({ path }) => path)
      .filter((path) => /(^|\/)(utils?|helpers?|common|types|misc)(\/|\.)/.test(path)),
  ).toEqual([])
})

test.each(packages)('%s leaves no any, no ignored error and no console in its source', (name) => {
  expect(
    filesWith(sourcesOf(name), /:\s*any\b|\bas any\b|<any>|@ts-(ignore|nocheck|expect-error)|\bconsole\./),
  ).toEqual([])
})

function filesWith(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
}
