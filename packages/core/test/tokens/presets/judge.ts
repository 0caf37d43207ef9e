import { defineTokens, type AnyTokenType, type Explanation, type Guard } from '@jwt-guard/core'
import type { Changes, Claims } from '@jwt-guard/testing'
import { receivedWith } from '../../http/received.ts'
import { outcome } from '../outcome.ts'
import { clock, type Provider, type Shape } from './shapes/provider.ts'

/** The shape of a provider by what it is called. */
export function shapeOf({ shapes }: Provider, what: string): Shape {
  const shape = shapes.find((one) => one.what === what)
  if (shape === undefined) throw new Error(`no such shape: ${what}`)
  return shape
}

export function signed({ fake }: Provider, { header, claims }: Shape, changes: Changes = {}): string {
  return fake.sign({ typ: undefined, ...header }, claims, changes)
}

interface Asked {
  readonly verify: (text: string, context?: object) => Promise<unknown>
  readonly explain: (text: string, context?: object) => Promise<Explanation>
}

/** A type of a set, and a context that is no reason for a refusal: its name says which one it takes. */
function asked(types: Readonly<Record<string, AnyTokenType>>, name: string, { nonce, sub }: Claims) {
  const tokens = defineTokens(types, { clock }) as unknown as Readonly<Record<string, Asked>>
  const id = /id$/i.test(name) ? [{ nonce: nonce ?? null }] : []
  const context = /userInfo$/i.test(name) ? [{ subject: sub ?? 'nobody' }] : id
  return { type: tokens[name] as Asked, context }
}

/** Whether the preset of a shape accepts it, as `explain` has it. */
export async function isExplained(provider: Provider, shape: Shape): Promise<boolean> {
  const { type, context } = asked(provider.types, shape.type, shape.claims)
  return (await type.explain(signed(provider, shape), ...context)).accepted
}

/** What the types of a set say of a token, each by its name. */
export async function verdicts(types: Readonly<Record<string, AnyTokenType>>, text: string, claims: Claims) {
  const all = Object.keys(types).map(async (name) => {
    const { type, context } = asked(types, name, claims)
    return [name, await outcome(type.verify(text, ...context))] as const
  })
  return Object.fromEntries(await Promise.all(all))
}

/** What a shape's own preset says of it with changes; `as` for a type of one's own making. */
export async function judged(
  provider: Provider,
  what: string,
  changes: Changes,
  as?: Readonly<Record<string, AnyTokenType>>,
): Promise<string | undefined> {
  const shape = shapeOf(provider, what)
  const all = await verdicts(as ?? provider.types, signed(provider, shape, changes), {
    ...shape.claims,
    ...changes.claims,
  })
  return all[shape.type]
}

/** What a guard says of a request with this token: `accepted`, or the error that its answer names. */
export async function letIn(guard: Guard, text: string): Promise<string> {
  const verdict = await guard.check(await receivedWith(text))
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.body.error
}
