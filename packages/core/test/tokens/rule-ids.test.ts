import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The rules of the specifications that each kind is made of, by their ids, and how many there are of each. */
const counts: Readonly<Record<string, number>> = {
  AT: 12,
  ID: 14,
  LO: 10,
  CA: 7,
  JB: 1,
  JAG: 6,
  SET: 2,
  SSF: 1,
  JAR: 1,
  IN: 1,
  UI: 1,
  TX: 1,
}
/** Of the rules for every token, those that a kind can break by itself. The others are attacks, and tested there. */
const perKind = ['C-03', 'C-06', 'C-08', 'C-09', 'C-14', 'C-15', 'C-16', 'C-17', 'C-20']
const rules = [
  ...perKind,
  ...Object.entries(counts).flatMap(([kind, count]) => Array.from({ length: count }, (_, at) => `${kind}-${at + 1}`)),
]

/** Rules that nothing here can break, each with the reason. A rule that is executed has to go from this list. */
const notExecuted: Readonly<Record<string, string>> = {
  'LO-8': 'which sessions are live is known to the application alone: documented as not checked',
  'LO-9': 'transport: tested with the endpoint of back-channel logout, by every framework',
  'CA-6': 'transport: the same type at the endpoint for pushed requests',
  'CA-7': 'transport: what an authorization server answers is its own',
  'SET-2': 'transport: what a receiver of events answers is its own',
}

/** Rules of which a part is executed, and what is not. */
const notWholly: Readonly<Record<string, string>> = {
  'AT-9': 'what a client is answered is tested with the guards',
  'AT-11': 'proof of possession: bound tokens are refused',
  'ID-8': 'replay: that a nonce is used once is the session’s to see to',
  'JB-1': 'transport: what an authorization server answers is its own',
  'JAG-5': 'proof of possession: bound grants are refused',
  'IN-1': 'transport: the content type of the response',
  'UI-1': 'transport: the content type of the response',
  'TX-1': 'transport: the header Txn-Token; replay of `txn`, which is optional',
}

const executed = new Set(
  readdirSync(import.meta.dirname, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => idsIn(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))),
)

/** The ids that the names of tests begin with. */
function idsIn(source: string): readonly string[] {
  const names = source.matchAll(/(?<![\w'])['`]((?:[A-Z]{1,3}-\d{1,2} )+)/g)
  return [...names].flatMap(([, ids = '']) => ids.trim().split(' '))
}

test('every rule of every kind is executed, or is not and has a reason', () => {
  expect(rules.filter((id) => !executed.has(id))).toEqual(rules.filter((id) => Object.hasOwn(notExecuted, id)))
})

test('every id that is executed, or is not, is that of a rule', () => {
  expect([...executed, ...Object.keys(notExecuted)].filter((id) => !rules.includes(id))).toEqual([])
})

test('a rule of which a part is executed is among the executed', () => {
  expect(Object.keys(notWholly).filter((id) => !executed.has(id))).toEqual([])
})

test('the count of rules is told', () => {
  const told = (table: object) => Object.entries(table).map(([id, reason]) => `  ${id}: ${reason}`)
  const lines = told(notExecuted)
  const count = `rules of kinds: ${executed.size} executed, ${lines.length} not`
  // oxlint-disable-next-line no-console -- the count is what this file is for
  console.info([count, ...lines, '  and not wholly:', ...told(notWholly)].join('\n'))
  expect(executed.size + lines.length).toBe(rules.length)
})
