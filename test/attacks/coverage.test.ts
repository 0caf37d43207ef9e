import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { groups, laterGroups, outstanding, rows, type RowId } from './rows.js'

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
const executed = new Set(files.flatMap(idsIn))
const later = new Map(rows.flatMap((id) => (reasonFor(id) === undefined ? [] : [[id, reasonFor(id)]])))

/** The rows that a file executes: the ids that its tests' names begin with. */
function idsIn(file: string): readonly RowId[] {
  const source = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
  const names = [...source.matchAll(/(?<![\w'])['`]((?:(?:CFG|HDR|SIG|ENC|CLM|NET|HTTP|CRR)-\d{2}[ ']\s*)+)/g)].map(
    ([, ids = '']) => ids,
  )
  return names.flatMap((ids) => ids.match(/[A-Z]+-\d{2}/g) ?? []) as RowId[]
}

function reasonFor(id: RowId): string | undefined {
  return outstanding[id]
}

test('every row is executed, or is outstanding with a reason', () => {
  expect(rows.filter((id) => !executed.has(id) && later.get(id) === undefined)).toEqual([])
})

test('no row is both executed and outstanding', () => {
  expect(rows.filter((id) => executed.has(id) && later.has(id))).toEqual([])
})

test('every id that is executed or outstanding is a row of the catalogue', () => {
  expect([...executed, ...Object.keys(outstanding)].filter((id) => !rows.includes(id as RowId))).toEqual([])
})

test('a group is executed by its own file', () => {
  for (const [group, { file }] of Object.entries(groups)) {
    const elsewhere = files.filter((name) => name !== file && idsIn(name).some((id) => id.startsWith(`${group}-`)))
    expect(elsewhere, `rows of ${group}`).toEqual([])
  }
})

test('the count of rows is told', () => {
  const lines = [...new Set(later.values())].map((reason) => {
    const ids = [...later.keys()].filter((id) => later.get(id) === reason)
    return `  ${span(ids)}: ${reason}`
  })
  const others = Object.entries(laterGroups).map(([group, reason]) => `  ${group}, not counted: ${reason}`)
  const count = rows.filter((id) => executed.has(id)).length
  // oxlint-disable-next-line no-console -- the count is what this file is for
  console.info([`attack rows: ${count} executed, ${later.size} outstanding`, ...lines, ...others].join('\n'))
  expect(count).toBeGreaterThan(0)
})

function span(ids: readonly RowId[]): string {
  return ids.length > 4 ? `${ids[0]} … ${ids.at(-1)} (${ids.length} rows)` : ids.join(', ')
}
