import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { parseStrictObject } from '../../src/encoding/strict-json.js'

// By itself in a file, since V8 shares hidden classes as long as there are not too many of them.
setFlagsFromString('--allow-natives-syntax')
const haveOne: (a: unknown, b: unknown) => boolean = runInThisContext(
  '(a, b) => %HaveSameMap(a, b) && %HasFastProperties(a)',
)

const limits = { depth: 1, members: 64, values: 128 }

test.each(Array.from({ length: 64 }, (_, index) => index + 1))(
  'objects of the same %i names have one hidden class, and are no dictionaries',
  (members) => {
    const names = Array.from({ length: members }, (_, index) => `name${index}`)
    const parsed = (value: number) =>
      parseStrictObject(Buffer.from(JSON.stringify(Object.fromEntries(names.map((one) => [one, value])))), limits)
    expect(haveOne(parsed(1), parsed(2))).toBe(true)
    expect(Object.entries(parsed(1) ?? {})).toEqual(names.map((one) => [one, 1]))
  },
)
