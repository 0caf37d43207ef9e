import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { ConfigurationError, hmacSecret, type HmacAlgorithm } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { mistake } from '../tokens/outcome.ts'

const refused = 'ERR_SECRET_GUESSABLE'
const verdict = (secret: string | Uint8Array, algorithm: HmacAlgorithm = 'HS256') =>
  mistake(() => hmacSecret(typeof secret === 'string' ? { utf8: secret } : secret, algorithm))

/** Bytes that look random and are the same in every run. */
const bytes = (length: number, seed = 'guessable') =>
  createHash('shake256', { outputLength: length }).update(seed).digest()
const numbers = (length: number, of: (at: number) => number) => Uint8Array.from({ length }, (_, at) => of(at))

describe('a random key is never refused', () => {
  const lengths = [
    [32, 'HS256'],
    [48, 'HS384'],
    [64, 'HS512'],
  ] as const

  test.each(lengths)(
    'of %i bytes, as bytes and as text in hex, base64 and base64url',
    (length, algorithm) => {
      const wrong: string[] = []
      // 100,002 of each form in all.
      for (let count = 0; count < 33_334; count++) {
        const key = randomBytes(length)
        const texts = [key.toString('hex'), key.toString('base64'), key.toString('base64url')]
        for (const secret of [key, ...texts])
          if (verdict(secret, algorithm) !== 'accepted') wrong.push(key.toString('hex'))
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )

  test.each(lengths)('of %i bytes, in the encoding that is said', (length, algorithm) => {
    for (let count = 0; count < 1000; count++) {
      const key = randomBytes(length)
      const [hex, base64, base64url] = [key.toString('hex'), key.toString('base64'), key.toString('base64url')]
      for (const secret of [{ hex }, { hex: hex.toUpperCase() }, { base64 }, { base64url }]) {
        expect([hex, mistake(() => hmacSecret(secret, algorithm))]).toEqual([hex, 'accepted'])
      }
    }
  })

  test('with a name before it, spaces around it, or zeros behind it', () => {
    for (let count = 0; count < 500; count++) {
      const key = bytes(32, `with a name ${count}`)
      const hex = key.toString('hex')
      const base64 = key.toString('base64')
      const texts = [`whsec_${hex}`, `key: ${hex}`, `0x${hex}`, `base64:${base64}`, ` ${hex}\n`]
      for (const secret of [
        ...texts,
        Buffer.concat([key, Buffer.alloc(32)]),
        `${'z'.repeat(200)}-${key.toString('base64url')}AAAA`,
      ]) {
        expect([secret, verdict(secret)]).toEqual([secret, 'accepted'])
      }
    }
    // A zero at its own end is not taken for padding, nor bytes before it that are near to zero.
    const small = [
      Buffer.concat([bytes(27), Buffer.from([3, 9, 0, 5, 0])]),
      bytes(32, 'padded 941'),
      bytes(32, 'padded 2505'),
    ]
    for (const key of small) {
      expect(verdict(key)).toBe('accepted')
      expect(verdict(Buffer.concat([key, Buffer.alloc(32)]))).toBe('accepted')
    }
  })

  test('with words before it, but for one in a hundred: where words end is a guess', () => {
    const keys = Array.from({ length: 500 }, (_, count) => bytes(32, `after words ${count}`).toString('base64url'))
    const accepted = keys.filter((key) => verdict(`super-secret-jwt-key-change-me-please-${key}`) === 'accepted')
    expect(accepted.length).toBeGreaterThan(495)
    const long = 'the secret key that signs the tokens of this service, do not share it: '.repeat(3)
    for (const key of keys.slice(0, 50)) expect(verdict(`${long.replaceAll(/[ ,:]/g, '-')}${key}AAAA`)).toBe('accepted')
  })
})

describe('a text counts for what it can hold', () => {
  const hex = bytes(64).toString('hex')
  const base64 = bytes(64).toString('base64url')

  test('a hex digit is 4 bits', () => {
    expect(verdict(hex.slice(0, 63))).toBe(refused)
    expect(verdict(hex.slice(0, 64))).toBe('accepted')
    expect(verdict(hex.slice(0, 64).toUpperCase())).toBe('accepted')
    expect(verdict(hex.slice(0, 95), 'HS384')).toBe(refused)
    expect(verdict(hex.slice(0, 96), 'HS384')).toBe('accepted')
    expect(verdict(hex.slice(0, 127), 'HS512')).toBe(refused)
    expect(verdict(hex, 'HS512')).toBe('accepted')
  })

  test('a character of base64 is 6 bits', () => {
    expect(verdict(base64.slice(0, 42))).toBe(refused)
    expect(verdict(base64.slice(0, 43))).toBe('accepted')
    expect(verdict(base64.slice(0, 63), 'HS384')).toBe(refused)
    expect(verdict(base64.slice(0, 64), 'HS384')).toBe('accepted')
  })

  test('hex among other text is hex', () => {
    expect(verdict(`whsec_${hex.slice(0, 48)}`)).toBe(refused)
    expect(verdict(`whsec_${hex.slice(0, 63)}`)).toBe('accepted')
  })

  test('a character of any other text is 4 bits', () => {
    const text = [...bytes(200)].map((byte) => String.fromCharCode(33 + (byte % 94))).join('')
    expect(verdict(text.slice(0, 63))).toBe(refused)
    expect(verdict(text.slice(0, 64))).toBe('accepted')
  })

  test('a figure is less than 4 bits, and few different symbols are less still', () => {
    const drawn = (from: string, length: number) => [...bytes(length)].map((byte) => from[byte % from.length]).join('')
    expect(verdict(drawn('0123456789', 76))).toBe(refused)
    expect(verdict(drawn('0123456789', 80))).toBe('accepted')
    expect(verdict(drawn('01', 200))).toBe(refused)
    expect(verdict(drawn('xQz7', 120))).toBe(refused)
    expect(verdict(numbers(32, (at) => (bytes(32)[at] ?? 0) % 16))).toBe(refused)
    expect(verdict(numbers(32, (at) => ((bytes(32)[at] ?? 0) % 4) * 60))).toBe(refused)
  })

  test('encodings of encodings count for what is inside', () => {
    const inside = bytes(16).toString('hex')
    const texts = [
      Buffer.from(inside).toString('base64'),
      Buffer.from(inside).toString('hex'),
      Buffer.from(Buffer.from(inside).toString('base64')).toString('base64url'),
      `0x${Buffer.from(inside).toString('hex')}`,
      `base64:${Buffer.from(inside).toString('base64')}`,
      bytes(16)
        .toString('hex')
        .replaceAll(/..(?=.)/g, '$&:'),
      bytes(24).toString('base64').replaceAll(/.{8}/g, '$&\n'),
      Buffer.from(bytes(24).toString('base64'))
        .toString('hex')
        .replaceAll(/..(?=.)/g, '$&:'),
    ]
    for (const text of texts) expect([text, verdict(text)]).toEqual([text, refused])
    const base64 = bytes(30).toString('base64')
    for (const text of [inside, base64, `\ufeff${base64}`]) {
      expect(verdict(Buffer.from(text, 'utf16le'))).toBe(refused)
      expect(verdict(Buffer.from(text, 'utf16le').swap16())).toBe(refused)
    }
  })

  test('UUIDs are names, however many', () => {
    const id = '3f2a81c4-9d07-4e6b-a5c8-1b7e60d2f394'
    const ids = [id, id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`]
    const several = Array.from({ length: 8 }, () => randomUUID())
    for (const text of [...ids, several.join(''), several.join('-'), several.join(', '), `key-${several.join('.')}`]) {
      expect([text, verdict(text)]).toEqual([text, refused])
      const encoded = [Buffer.from(text).toString('base64'), Buffer.from(text).toString('hex')]
      for (const again of encoded) expect([again, verdict(again)]).toEqual([again, refused])
    }
  })
})

describe('what people write, type and copy is refused', () => {
  const written: Readonly<Record<string, readonly string[]>> = {
    words: [
      'super-secret-jwt-key-change-me-please-now',
      'correct horse battery staple orange window',
      'correcthorsebatterystapleorangewindow',
      'CorrectHorseBatteryStapleOrangeWindow',
      'REPLACE_ME_WITH_A_RANDOM_32_CHARACTER_STRING_BEFORE_PRODUCTION',
      'please-change-this-to-a-long-random-string-in-production',
      'secretKeyForJwtTokenGenerationThatIsLongEnoughForHS256Algorithm',
      'ThisIsASecretKeyForJwtAuthenticationPleaseChangeIt',
      'acme-corp-billing-service-jwt-signing-key-v2',
      'thisismysupersecretkeyforjsonwebtokensandnobodyknowsit',
    ],
    'words that no list has': [
      'gardener-umbrella-violin-tractor-cinnamon-harbor',
      'zebra7velvet7oxygen7ladder7pickle7tundra7kettle',
      'The quick brown fox jumps over the lazy dog',
      'Lorem ipsum dolor sit amet, consectetur adipiscing elit',
      'Der schnelle braune Fuchs springt ueber den faulen Hund',
      'Zażółć gęślą jaźń, a potem zapomnij o tym haśle na zawsze',
      'это очень секретный пароль',
      '这是一个非常秘密的密码不要告诉任何人',
      'αυτό είναι ένα μυστικό κλειδί',
      'ひみつのパスワードです。だれにも',
    ],
    'words in figures and signs': [
      'P4ssw0rd_f0r_my_jwt_t0k3ns_1s_s3cr3t',
      'th1s1s4v3rys3cr3tk3yf0rmyjwtt0k3ns4ndn0b0dykn0ws1t',
      'Sup3rS3cr3tJ$0nW3bT0k3nK3yF0rPr0duct10n2024Ch4ng3M3',
    ],
    repetitions: [
      'a'.repeat(32),
      'é'.repeat(32),
      'password'.repeat(8),
      '0123456789abcdef'.repeat(4),
      'deadbeef'.repeat(8),
      'undefined'.repeat(8),
      bytes(16).toString('hex').repeat(2),
      bytes(24).toString('base64').repeat(2),
      `${bytes(12).toString('hex')}0${bytes(12).toString('hex')}1${bytes(12).toString('hex')}`,
    ],
    sequences: [
      'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
      'zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA',
      '1234567890'.repeat(8),
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      'fedcba9876543210'.repeat(4),
      'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4y5z6',
      'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2',
      'n2r5u8x/A%D*G-KaPdSgVkYp3s6v9y$B&E(H+MbQeThWmZq4t7w!z%C*F-J@NcRf',
    ],
    'rows of keys': [
      'qwertyuiopasdfghjklzxcvbnm1234567890QWERTYUIOP',
      '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p1qaz2wsx3edc',
      'asdfghjklasdfghjklqwertyuiopqwertyuiopzxcvbnm',
      '!@#$%^&*()_+!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?!@#$%^&*()_+',
      'sdkfjhsdkjfhskdjfhkjsdhfkjsdhfkjshdfkjhsdkfjhsdf',
      'dasfjhsdjlfhsdfgsgkljdfgshkljfhdgsjkhfdgasdfhrtyhtryhgt',
    ],
    'dates and times': [
      '2024-01-15T12:34:56.789Z 2025-11-30T23:59:59.000Z 1999-12-31T00:00:00.000Z',
      '20240115123456202401151234572024011512345820240115123459',
      '17000000000001700000000001170000000000217000000000031700000000004170000000000517000000000',
    ],
    'letters and figures in turn': [
      'x7k2m9q4t1z8w3r6p5b0n2v7c4j9h1g6f3d8s5l0y2u7',
      'X7K2M9Q4T1Z8W3R6P5B0N2V7C4J9H1G6F3D8S5L0Y2U7',
      '9a4f2c8d3b7a1e6f4c8a0b3f2d7e8b1d4e6f3c8a9d2b5f8e3a9c8b5f6e8a3d91',
    ],
    samples: [
      'your-256-bit-secret-your-256-bit-secret',
      'a-string-secret-at-least-256-bits-long',
      'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
      'your-384-bit-secret-your-384-bit-secret-your-384',
      'keyboard cat keyboard cat keyboard cat',
      '9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9',
      `django-insecure-${bytes(64).toString('base64url')}`,
      '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
      'development_secret_key_base_please_do_not_use_in_production',
      createHash('sha256').update('').digest('hex'),
      createHash('sha256').update('password').digest('hex'),
      createHash('sha512').update('secret').digest('base64'),
    ],
  }
  const cases = Object.entries(written).flatMap(([kind, texts]) => texts.map((text) => [kind, text] as const))

  test.each(cases)('%s: %s', (_, text) => {
    expect(verdict(text)).toBe(refused)
    expect(verdict(Buffer.from(text).toString('base64'))).toBe(refused)
    expect(mistake(() => hmacSecret({ hex: Buffer.from(text).toString('hex') }, 'HS256'))).toBe(refused)
  })

  const raw: Readonly<Record<string, Uint8Array>> = {
    'one byte': Buffer.alloc(64, 7),
    'bytes that count': numbers(32, (at) => at),
    'bytes that count down': numbers(64, (at) => 255 - at),
    'bytes that count in steps': numbers(32, (at) => (at * 3) % 256),
    'bytes that count in great steps': numbers(40, (at) => (at * 37) % 256),
    'sixteen bytes twice': Buffer.concat([bytes(16), bytes(16)]),
    'sixteen bytes and zeros': Buffer.concat([bytes(16), Buffer.alloc(48)]),
    'bytes near to one another': numbers(40, (at) => 100 + ((bytes(40)[at] ?? 0) % 25) + at),
    'twenty bytes, another one, and the same twenty': Buffer.concat([bytes(20), Buffer.from([9]), bytes(20)]),
    'words among control characters': Buffer.from('my super\0secret\u0001password\u0002for the\0tokens'),
    'letters with accents': Buffer.from('contraseña-súper-secreta-número'),
    'a digest of a word': createHash('sha512').update('secret').digest(),
  }
  test.each(Object.entries(raw))('%s', (_, secret) => {
    expect(verdict(secret)).toBe(refused)
    expect(verdict(Buffer.from(secret).toString('base64'))).toBe(refused)
  })

  test('and what people add to a short key does not mend it', () => {
    const short = bytes(16).toString('base64url')
    expect(verdict(`super-secret-jwt-key-change-me-please-${short}`)).toBe(refused)
    expect(verdict(`${short}-super-secret-jwt-key-change-me-please`)).toBe(refused)
  })
})

test('the error says how to make a good one, and holds nothing of the secret', () => {
  const secret = 'super-secret-jwt-key-change-me-please-now'
  const make = () => hmacSecret({ utf8: secret }, 'HS256')
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(/needs 32 random bytes.*randomBytes\(32\)\.toString\('base64url'\)/)
  expect(make).not.toThrow(/change-me|super/)
})
