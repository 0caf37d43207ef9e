import type { Authority } from './authority.js'

type Ask = (token: string) => Promise<number>

export interface Scene {
  readonly happens: string
  /** What happens, and the status of the answer that tells what came of it. */
  readonly act: () => Promise<number>
  readonly status: number
  /** How often the issuer may have been asked by then: for metadata and for keys. */
  readonly asked: number
}

/** The first two requests are for the metadata and for the keys; a search for a key looks at both again. */
export function storyOf(authority: Authority, ask: Ask): readonly Scene[] {
  const { clock } = authority
  const flood = async (size: number) => {
    for (let index = 0; index < size; index++) await ask(authority.tokenOfNoKey(`flood-${clock.now()}-${index}`))
  }
  return [
    { happens: 'the first token comes', act: () => ask(authority.token()), status: 200, asked: 2 },
    {
      happens: 'the issuer rotates: a token by the new key',
      act: () => {
        authority.rotate()
        return ask(authority.token())
      },
      status: 200,
      asked: 4,
    },
    { happens: 'a token by the old key, still published', act: () => ask(authority.token(1)), status: 200, asked: 4 },
    {
      happens: 'half a minute later, 500 tokens that name 500 keys',
      act: async () => {
        clock.advance(30)
        await flood(499)
        return ask(authority.tokenOfNoKey('one-more'))
      },
      status: 401,
      asked: 6,
    },
    { happens: 'meanwhile, a good token', act: () => ask(authority.token()), status: 200, asked: 6 },
    {
      happens: 'the issuer rotates in the middle of the flood: a token by the new key',
      act: async () => {
        authority.rotate()
        await flood(100)
        return ask(authority.token())
      },
      status: 401,
      asked: 6,
    },
    {
      happens: 'one cooldown later, the flood goes on: a token by the new key',
      act: async () => {
        clock.advance(30)
        await flood(100)
        return ask(authority.token())
      },
      status: 200,
      asked: 8,
    },
    {
      happens: 'a token by the first key, published no more',
      act: () => ask(authority.token(2)),
      status: 401,
      asked: 8,
    },
    {
      happens: 'the issuer goes down, and the set of keys grows old',
      act: async () => {
        authority.goDown()
        clock.advance(600)
        return ask(authority.token())
      },
      status: 200,
      asked: 9,
    },
    {
      happens: 'two seconds later, 100 good tokens',
      act: async () => {
        clock.advance(2)
        for (let index = 0; index < 99; index++) await ask(authority.token())
        return ask(authority.token())
      },
      status: 200,
      asked: 9,
    },
    {
      happens: 'over an hour later it is still down',
      act: async () => {
        clock.advance(3600)
        return ask(authority.token())
      },
      status: 503,
      asked: 10,
    },
    {
      happens: 'it comes back',
      act: async () => {
        authority.comeBack()
        clock.advance(60)
        return ask(authority.token())
      },
      status: 200,
      asked: 12,
    },
  ]
}
