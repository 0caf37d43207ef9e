import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { parseStrictObject, type Json } from '../../src/encoding/strict-json.js'

const limits = { depth: 32, members: 256, values: 1024 }
const parse = (text: string | Buffer, within = limits) => parseStrictObject(Buffer.from(text), within)
const runs = { seed: 20_270_115, numRuns: 3000 }

/**
 * A second reader of JSON, for texts that `JSON.parse` reads: what it says of a text is what the strict parser has to
 * have seen. It walks the text, where the strict parser walks the value.
 */
function inspect(text: string) {
  const seen = { duplicate: false, harmful: false, halfCharacter: false, huge: false, depth: 0, members: 0 }
  let at = 0
  const space = () => {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++
  }
  const string = () => {
    const start = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    const value = JSON.parse(text.slice(start, ++at)) as string
    seen.halfCharacter ||= /\p{Surrogate}/u.test(value)
    return value
  }
  const many = (close: string, item: () => void) => {
    at++
    for (space(); text[at] !== close; space()) {
      if (text[at] === ',') at++
      space()
      item()
    }
    at++
  }
  const value = (depth: number) => {
    space()
    seen.depth = Math.max(seen.depth, depth)
    if (text[at] === '"') string()
    else if (text[at] === '[') container(depth, () => many(']', () => value(depth + 1)))
    else if (text[at] === '{') container(depth, () => object(depth))
    else scalar()
  }
  const container = (depth: number, read: () => void) => {
    seen.depth = Math.max(seen.depth, depth + 1)
    read()
  }
  const object = (depth: number) => {
    const names = new Set<string>()
    many('}', () => {
      const name = string()
      seen.duplicate ||= names.has(name)
      seen.harmful ||= ['__proto__', 'constructor', 'prototype'].includes(name)
      seen.members++
      names.add(name)
      space()
      at++
      value(depth + 1)
    })
  }
  const scalar = () => {
    const [found = ''] = /^[^,\]} \t\r\n]+/.exec(text.slice(at)) ?? []
    at += found.length
    seen.huge ||= /^[-\d]/.test(found) && !Number.isFinite(Number(found))
  }
  value(0)
  return seen
}

function readByJavaScript(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the strict parser has to answer: JavaScript's value, or nothing where one of its laws is broken. */
function expected(text: string, within = limits): unknown {
  const value = readByJavaScript(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { duplicate, harmful, halfCharacter, huge, depth, members } = inspect(text)
  const lawful = !duplicate && !harmful && !halfCharacter && !huge
  return lawful && depth <= within.depth && members <= within.members ? value : undefined
}

/** The same value with ordinary prototypes, for comparison. */
function plain(value: Json | undefined): unknown {
  return value === undefined ? undefined : structuredClone(withPrototypes(value))
}
function withPrototypes(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withPrototypes(item as Json))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPrototypes(item as Json)]))
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'sub',
    '',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    '\ud800',
    '😀',
    'a\u0301',
    '\u00e1',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '-1',
    '1e400',
    '-1e400',
    '1e308',
    '1E+2',
    '0.1',
    '9007199254740993',
    '1e-400',
    '2e308',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
)
const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n')

/** JSON as it may be written: members twice, names escaped in any way, white space anywhere. */
function quoted(text: string, escapeAll: boolean): string {
  if (!escapeAll) return JSON.stringify(text)
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`
}
const string = fc.tuple(name, fc.boolean()).map(([text, escaped]) => quoted(text, escaped))
const { value: written } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(string, number, fc.constantFrom('null', 'true', 'false')),
    tie('object'),
    fc.tuple(fc.array(tie('value'), { maxLength: 4 }), space).map(([items, gap]) => `[${gap}${items.join(`${gap},`)}]`),
  ),
  object: fc
    .tuple(fc.array(fc.tuple(string, tie('value')), { maxLength: 5 }), space)
    .map(([members, gap]) => `{${gap}${members.map(([key, item]) => `${key}${gap}:${gap}${item}`).join(',')}${gap}}`),
}))

test('of any JSON it answers the value of JSON.parse, or nothing where a law is broken, and never else', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.tuple(string, written), fc.tuple(string, written), ([a, x], [b, y]) => {
      const text = `{${a}:${x},${b}:${y}}`
      const value = parse(text)
      if (value !== undefined) accepted++
      expect(plain(value)).toEqual(expected(text))
    }),
    runs,
  )
  expect(accepted).toBeGreaterThan(300)
})

test('of any text it answers the value of JSON.parse, or nothing', () => {
  const base = '{"alg":"ES256","x":[1,{"y":null}],"z":"\\u0061"}'
  const edit = fc.tuple(fc.nat(base.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
  const edited = fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), base))
  fc.assert(
    fc.property(fc.oneof(edited, fc.json(), fc.string({ unit: 'binary' })), (text) => {
      // A lone surrogate has no bytes of its own: the text that the parser sees is what its bytes say.
      const seen = Buffer.from(text).toString()
      expect(plain(parse(text))).toEqual(expected(seen))
    }),
    runs,
  )
})

test('of any bytes it answers nothing unless they are UTF-8, and it is never spoiled by those before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.nat(8), (bytes, at) => {
      const text = Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')])
      const whole = Buffer.from(text.toString()).equals(text)
      expect(plain(parse(text))).toEqual(whole ? expected(text.toString()) : undefined)
      const cut = text.subarray(0, at)
      expect(plain(parse(cut))).toEqual(expected(cut.toString()))
      expect(plain(parse('{"a":1}'))).toEqual({ a: 1 })
    }),
    runs,
  )
})

test.each([
  ['plain', '{"a":1,"a":1}'],
  ['of another value', '{"a":1,"b":2,"a":3}'],
  ['escaped', '{"a":1,"\\u0061":2}'],
  ['both escaped', '{"\\u0061":1,"\\u0061":2}'],
  ['with another case of the escape', '{"k\\u00e9":1,"k\\u00E9":2}'],
  ['a solidus escaped', '{"a/":1,"a\\/":2}'],
  ['of the empty name', '{"":1,"":2}'],
  ['nested', '{"x":{"a":1,"a":2}}'],
  ['in an array', '{"x":[{"a":1},{"b":1,"b":1}]}'],
  ['whose first value is an object', '{"a":{"b":1},"a":1}'],
  ['whose last value is an object', '{"a":1,"a":{"b":1}}'],
  ['beside a name with a colon', '{":":1,"a":1,"a":1}'],
  ['three times', '{"a":1,"a":1,"a":1}'],
  ['a character beyond the basic plane', '{"😀":1,"\\ud83d\\ude00":2}'],
])('a member that stands twice is refused: %s', (_, text) => {
  expect(readByJavaScript(text)).toBeDefined()
  expect(parse(text)).toBeUndefined()
})

test.each([
  ['names that differ in case', '{"a":1,"A":2}'],
  ['names that differ in normal form', '{"\u00e1":1,"a\u0301":2}'],
  ['one name in two objects', '{"x":{"a":1},"y":{"a":1}}'],
  ['colons, braces and quotes in strings', '{"a:{\\"":"}:{[\\\\","b":":"}'],
  ['a name that every object has', '{"toString":1,"hasOwnProperty":2,"then":3}'],
  ['the largest number', '{"a":1.7976931348623157e308,"b":-0,"c":1e-400}'],
  ['a pair of surrogates, escaped', '{"a":"\\ud83d\\ude00"}'],
])('accepted: %s', (_, text) => {
  expect(plain(parse(text))).toEqual(JSON.parse(text))
})

test.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__', 'con\\u0073tructor'])(
  'the name %s is refused at any depth',
  (member) => {
    for (const text of [`{"${member}":1}`, `{"a":{"${member}":{}}}`, `{"a":[[{"${member}":null}]]}`]) {
      expect(parse(text)).toBeUndefined()
    }
    expect(parse(`{"a":"${member}"}`)).toBeDefined()
  },
)

test.each(['1e400', '-1e400', '1e309', '2e308', `1${'0'.repeat(309)}`])(
  'the number %s, beyond a double, is refused',
  (beyond) => {
    for (const text of [`{"exp":${beyond}}`, `{"a":[${beyond}]}`, `{"a":{"b":${beyond}}}`])
      expect(parse(text)).toBeUndefined()
  },
)

test.each(['\\ud800', '\\udfff', 'x\\ud83dx', '\\ude00\\ud83d'])(
  'half a character, %s, is refused in values and names',
  (half) => {
    expect(parse(`{"a":"${half}"}`)).toBeUndefined()
    expect(parse(`{"${half}":1}`)).toBeUndefined()
    expect(parse(`{"a":["${half}"]}`)).toBeUndefined()
  },
)

test.each([
  '[]',
  '[{}]',
  '"{}"',
  '1',
  'null',
  'true',
  '',
  ' ',
  '{}{}',
  '{} x',
  '\ufeff{}',
  '{}\ufeff',
  '{"a":1,}',
  '{a:1}',
])('%j is not one object', (text) => {
  expect(parse(text)).toBeUndefined()
})

test('depth counts objects and arrays, and one too many is refused', () => {
  const nested = (depth: number, open: string, close: string) =>
    `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    for (const depth of [1, 2, 4, 32]) {
      expect(parse(nested(depth, open, close), { ...limits, depth })).toBeDefined()
      expect(parse(nested(depth + 1, open, close), { ...limits, depth })).toBeUndefined()
    }
    expect(parse(nested(200_000, open, close))).toBeUndefined()
  }
  expect(parse(`{"a":"${'['.repeat(100)}"}`)).toBeDefined()
  expect(parse(`{"a":${'['.repeat(200_000)}`)).toBeUndefined()
})

test('members are counted in all objects together, and one too many is refused', () => {
  const wide = (members: number) => `{${Array.from({ length: members }, (_, at) => `"m${at}":1`).join(',')}}`
  expect(parse(wide(256))).toBeDefined()
  expect(parse(wide(257))).toBeUndefined()
  expect(parse(`{"a":${wide(255)}}`)).toBeDefined()
  expect(parse(`{"a":${wide(256)}}`)).toBeUndefined()
  expect(parse(`{"a":[${wide(128)},${wide(128)}]}`)).toBeUndefined()
  expect(parse(wide(50_000))).toBeUndefined()
})

test('values are members and items, all together, what is empty counts twice, and one too many is refused', () => {
  const within = { depth: 3, members: 8, values: 8 }
  // oxfmt-ignore
  const eight = [
    '{"a":[1,2,3,4,5,6,7]}', '{"a":[ 1 , 2,3,\n4,5,6,7 ] }', '{"a":["[,,","{,,",3,4,5],"b":[6]}', '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8}',
    '{"a":[{"b":1,"c":2},[3,4],null]}', '{"a":[[],[],[]],"b":1}', '{"a":[{},[ ],{ }],"b":1}', '{"a":[[],[1]],"b":[2],"c":4}',
  ]
  for (const text of eight) {
    expect(parse(text, within)).toBeDefined()
    expect(parse(text, { ...within, values: 7 })).toBeUndefined()
  }
  const list = (items: number) => `{"a":[${Array.from({ length: items }, () => '1').join()}]}`
  expect(parse(list(1023))).toBeDefined()
  expect(parse(list(1024))).toBeUndefined()
})

test('what is too much is refused before it is made', () => {
  const much = '{"a":[1,2,3,4,5,6,7,8]}'
  const made: string[] = []
  const parseJson = JSON.parse
  JSON.parse = (text: string) => {
    made.push(text)
    return parseJson(text) as unknown
  }
  onTestFinished(() => void (JSON.parse = parseJson))
  expect(parse(much, { ...limits, values: 8 })).toBeUndefined()
  expect(made).toEqual([])
  expect(parse(much, { ...limits, values: 9 })).toBeDefined()
  expect(made).toEqual([much])
})

test('what comes out is frozen at every depth, and no object has a prototype', () => {
  const value = parse('{"a":{"b":[{"c":[]}]}}')
  const walk = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) return
    expect(Object.isFrozen(item)).toBe(true)
    expect(Object.getPrototypeOf(item)).toBe(Array.isArray(item) ? Array.prototype : null)
    for (const inner of Object.values(item)) walk(inner)
  }
  expect(value).toBeDefined()
  walk(value)
})

test.each([1, 15, 16, 17, 18, 40, 120])('of %d other members an object is as strict as of few', (count) => {
  const others = Array.from({ length: count }, (_, at) => `"m${at}":${at}`).join()
  const object = parse(`{${others},"a":[{${others}}]}`) ?? {}
  const [inner] = object['a'] as readonly object[]
  for (const one of [object, inner]) {
    expect([Object.getPrototypeOf(one), Object.isFrozen(one)]).toEqual([null, true])
  }
  expect(Object.keys(object)).toHaveLength(count + 1)
  expect({ ...inner }).toEqual(Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, at])))
  for (const bad of ['"m0":1', '"__proto__":{"m":1}', '"constructor":1', '"a":"\\ud800"', '"a":1e999', '"a":[1e999]']) {
    expect(parse(`{${others},${bad}}`)).toBeUndefined()
    expect(parse(`{"a":[{${others},${bad}}]}`)).toBeUndefined()
  }
})
