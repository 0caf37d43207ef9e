/** Texts and bytes that have broken a parser somewhere. */

/** The texts that a valid JSON object becomes by one fault each. No JSON parser may read any of them. */
export function brokenJson(valid: string): Readonly<Record<string, string>> {
  const body = valid.slice(0, -1)
  const faults = {
    'text behind': `${valid}x`,
    'an object behind': `${valid}{}`,
    'a comma behind': `${valid},`,
    'a brace behind': `${valid}}`,
    'NUL behind': `${valid}\0`,
    'a line comment behind': `${valid}//`,
    'a comment behind': `${valid}/**/`,
    'a comment before': `/**/${valid}`,
    'a hash comment before': `#\n${valid}`,
    'a prefix against inclusion': `)]}'\n${valid}`,
    'a no-break space before': `\u00a0${valid}`,
    'a line separator before': `\u2028${valid}`,
    'a vertical tab before': `\v${valid}`,
    'a form feed before': `\f${valid}`,
    'no closing brace': body,
    'no opening brace': valid.slice(1),
    'a square bracket at the end': `${body}]`,
    'a comma at the end': `${body},}`,
    'a comma at the start': `{,${valid.slice(1)}`,
    'two commas': `${body},,"x":1}`,
    'no comma': `${body} "x":1}`,
    'a semicolon': `${body};"x":1}`,
    'no colon': `${body},"x" 1}`,
    'two colons': `${body},"x"::1}`,
    'an equals sign': `${body},"x"=1}`,
    'no value': `${body},"x":}`,
    'no name': `${body},:1}`,
    'a name alone': `${body},"x"}`,
    'single quotes': valid.replaceAll('"', "'"),
    'a name without quotes': `${body},x:1}`,
    'a number as name': `${body},1:1}`,
    'null as name': `${body},null:1}`,
    'an open string': `${body},"x":"1}`,
    'an open array': `${body},"x":[1}`,
    'a closing bracket too many': `${body},"x":[1]]}`,
    'a comma at an array’s end': `${body},"x":[1,]}`,
    'nothing at all': '',
    'only a space': ' ',
    'percent encoding': encodeURIComponent(valid),
    'backslashes before quotes': valid.replaceAll('"', '\\"'),
  }
  // oxfmt-ignore
  const values = [
    'NaN', 'Infinity', '-Infinity', '0x1', '0b1', '0o1', '01', '-01', '+1', '.5', '1.', '-.5', '1e', '1e+', '1.e1',
    '-', '--1', '1 2', '1_0', '1n', '1f', '0.1.2', '1,0', '１', '\u00b2', 'True', 'TRUE', 'nul', 'nulll', 'undefined',
    "'1'", '`1`', '1//', '1/**/', 'new Date', '(1)', '"\\x41"', '"\\u12"', '"\\uzzzz"', '"\\u{41}"', '"\\\'"',
    '"\\v"', '"\\0"', '"\\a"', '"\\U0041"', '"\\ "', '"\n"', '"\t"', '"\r"', '"\0"', '"\u001f"', '"1" "2"',
    '"1"+"2"', '“1”', '[1,,2]', '[1 2]', '[,1]', '[1;2]', '[1:2]', '{"a"}', '{"a",1}', '{"a":1,}', '{[1]:1}', '[}',
    '{]', '\u200b1',
  ]
  return { ...faults, ...Object.fromEntries(values.map((value) => [`the value ${value}`, `${body},"x":${value}}`])) }
}

/** Bytes that are not UTF-8: to stand inside a string. */
export const notUtf8: Readonly<Record<string, readonly number[]>> = {
  'a continuation byte alone': [0x80],
  'the last continuation byte alone': [0xbf],
  'a lead byte alone': [0xc3],
  'two of three bytes': [0xe2, 0x82],
  'three of four bytes': [0xf0, 0x9f, 0x98],
  'a slash in two bytes': [0xc0, 0xaf],
  'the last overlong pair': [0xc1, 0xbf],
  'a slash in three bytes': [0xe0, 0x80, 0xaf],
  'a slash in four bytes': [0xf0, 0x80, 0x80, 0xaf],
  'NUL in two bytes': [0xc0, 0x80],
  'a high surrogate': [0xed, 0xa0, 0x80],
  'a low surrogate': [0xed, 0xbf, 0xbf],
  'a pair of surrogates (CESU-8)': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'beyond U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
  'a lead byte that never is': [0xf5, 0x80, 0x80, 0x80],
  'five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'the byte FE': [0xfe],
  'the byte FF': [0xff],
  'Latin-1': [0xe9],
}

/** The same text in encodings that are not UTF-8. */
export function otherEncodings(text: string): Readonly<Record<string, Buffer>> {
  const utf16 = Buffer.from(text, 'utf16le')
  const utf32 = Buffer.concat(Array.from(text).map((character) => Buffer.from([character.charCodeAt(0), 0, 0, 0])))
  return {
    'UTF-16, little end first': utf16,
    'UTF-16, big end first': Buffer.from(utf16).swap16(),
    'UTF-16 with its mark': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    'UTF-32, little end first': utf32,
    'UTF-32, big end first': Buffer.from(utf32).swap32(),
  }
}

/** A JSON text with bytes of one's own in the place of `@@`. */
export function withBytes(text: string, bytes: readonly number[]): Buffer {
  const [before = '', behind = ''] = text.split('@@')
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)])
}

/** Characters that look like those of a token, or like nothing. */
// oxfmt-ignore
export const lookAlikes = [
  '\uff21', '\uff41', '\uff10', '\uff0e', '\uff0d', '\uff3f', '\u2024', '\u3002', '\uff61', '\u2010', '\u2011',
  '\u2212', '\u203f', '\u0391', '\u0430', '\u00a0', '\u2003', '\u2028', '\u2029', '\u200b', '\u200d', '\u2060',
  '\u00ad', '\ufeff', '\u202e', '\u0085', '\u0301', '\u00e9', '\u{1d400}', '\u{e0041}', '\ud800', '\udc00',
]

/** What is tried on a lookup: paths, queries, commands, templates. Printable ASCII, so that it is looked up at all. */
// oxfmt-ignore
export const injections = [
  '../../../../../../etc/passwd', '..\\..\\..\\windows\\win.ini', '/dev/null', '/proc/sys/kernel/randomize_va_space',
  'file:///etc/passwd', 'C:\\Windows\\win.ini', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '....//....//etc/passwd', '.',
  '..', "' OR '1'='1", "' UNION SELECT 'secret'--", "x'; DROP TABLE keys;--", '1; SELECT pg_sleep(10)', '" OR ""="',
  "\\' OR 1=1 #", '*)(uid=*))(|(uid=*', '*', '(&(kid=*))', 'x" || "1"=="1', '{"$ne":null}', '{"$gt":""}', '[$ne]=1',
  "'; return true; var x='", '|id', '; cat /etc/passwd', '$(id)', '`id`', '& ping 127.0.0.1 &', '|| sleep 10',
  '$IFS$9id', '\\nid', '{{7*7}}', '${7*7}', '<%= 7*7 %>', '#{7*7}', '${jndi:ldap://127.0.0.1/x}',
  '{{constructor.constructor("return 1")()}}', 'http://127.0.0.1/keys', 'https://example.com/jwks.json#test',
  '//127.0.0.1/x', 'gopher://127.0.0.1/', 'data:,x', 'javascript:1', '<script>alert(1)</script>',
  '<!--#exec cmd="id"-->', '<?xml version="1.0"?><!DOCTYPE x SYSTEM "x">', '%00', '%0d%0aX: y', '\\u0000', 'test ',
  ' test', 'TEST', 'test\\', 'test/', './test', 'test%20', 'test;', 'test,test', '["test"]', 'te*t', '^test$', '.*',
  'test|x', 'undefined', 'null', 'NaN', 'true', 'false', '0', '-1', '1e309', '[object Object]', 'function(){}',
  '__defineGetter__',
]
