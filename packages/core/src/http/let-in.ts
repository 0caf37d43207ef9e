import type { IncomingMessage } from 'node:http'
import { aBoolean, readOptions } from '../encoding/options.js'
import { ConfigurationError, type Refusal } from '../errors/errors.js'
import { verifierOf } from '../tokens/any-of.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import type { Expected } from '../rules/token-rules.js'
import type { Finding, NamedType, Verifier } from '../tokens/named-type.js'
import { memberOf } from './member.js'

/** Each has the one that came before it: a request has one guard or two, and an array keeps room for seventeen. */
interface Linked<T> {
  readonly before: T | undefined
}

/** What was presented to a type, and what came of it. */
interface Presented extends Linked<Presented> {
  readonly type: NamedType
  readonly text: string
  readonly expected: Expected
  readonly outcome: Finding
}

interface Spending extends Linked<Spending> {
  readonly type: NamedType
  readonly text: string
  readonly refusal: Promise<Refusal | undefined> | undefined
}

interface Slot extends Linked<Slot> {
  readonly name: string
  readonly asked: Verifier
}

interface LetIn extends Linked<LetIn> {
  readonly type: NamedType
  readonly token: Verified | undefined
}

/** What guards have found out about one request: kept with Node's own request, so that every framework shares it. */
export class RequestRecord {
  #presented: Presented | undefined
  #letIn: LetIn | undefined
  #spent: Spending | undefined
  #slot: Slot | undefined
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  isOf(request: IncomingMessage): boolean {
    return request === this.#request
  }

  /** The outcome for this type and these credentials, as the last guard that looked has found it out. */
  known(type: NamedType, text: string, expected: Expected): Finding | undefined {
    const isIt = (one: Presented) => one.type === type && one.text === text && isSame(one.expected, expected)
    return latest(this.#presented, isIt)?.outcome
  }

  keep(type: NamedType, text: string, expected: Expected, outcome: Finding): Finding {
    this.#presented = { type, text, expected, outcome, before: this.#presented }
    return outcome
  }

  /** One request uses its token up once, whatever contexts its guards have. A store that was away is not asked again. */
  spentOnce(type: NamedType, text: string, spend: () => Spending['refusal']): Spending['refusal'] {
    const known = latest(this.#spent, (one) => one.type === type && one.text === text)
    if (known !== undefined) return known.refusal
    const refusal = spend()
    this.#spent = { type, text, refusal, before: this.#spent }
    return refusal
  }

  /** Two guards may share a slot where one token may satisfy both. */
  takeSlot(name: string, asked: Verifier): void {
    const taken = latest(this.#slot, (slot) => slot.name === name)?.asked
    if (taken === asked) return
    if (taken !== undefined && !taken.types.some((type) => asked.types.includes(type))) {
      throw new ConfigurationError(
        'ERR_SLOT_TAKEN',
        `The slot "${name}" of this request is that of ${taken.name}. Give the guard of ${asked.name} another: { as: '…' }.`,
      )
    }
    const isKnown = latest(this.#slot, (slot) => slot.name === name && slot.asked === asked) !== undefined
    if (!isKnown) this.#slot = { name, asked, before: this.#slot }
  }

  /** Answers whether this is news: whether no guard let the request in with as much before. */
  letIn(type: NamedType, token: Verified | undefined): boolean {
    const known = latest(this.#letIn, (one) => one.type === type)
    const isNews = known === undefined || (token !== undefined && known.token !== token)
    if (isNews) this.#letIn = { type, token, before: this.#letIn }
    return isNews
  }

  tokenOf({ name, types }: Verifier, optional: boolean): Verified | undefined {
    const passed = latest(this.#letIn, ({ type }) => types.includes(type)) !== undefined
    const { token } = latest(this.#letIn, (one) => one.token !== undefined && types.includes(one.type)) ?? {}
    if (token !== undefined || (optional && passed)) return token
    throw new ConfigurationError(
      'ERR_GUARD_NOT_PASSED',
      `No guard of ${name} let this request in with a token. Is the guard mounted before this handler?` +
        (passed ? ' It is optional here: read with { optional: true }.' : ''),
    )
  }
}

function latest<T extends Linked<T>>(from: T | undefined, isIt: (one: T) => boolean): T | undefined {
  let one = from
  while (one !== undefined && !isIt(one)) one = one.before
  return one
}

/** Two guards of one kind may be given contexts that say the same. */
function isSame(one: Expected, other: Expected): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

const kept: unique symbol = Symbol('jwt-guard')
type Holder = object & { [kept]?: RequestRecord }

/**
 * On the state that a request has as a stream of Node's: with thousands of requests a second a `WeakMap` costs more than
 * to verify their tokens, and so does a property of a request of Express, each of which has a hidden class of its own.
 */
export function recordOf(request: IncomingMessage & Holder): RequestRecord {
  const stream: Holder = memberOf(request, '_readableState') ?? request
  // A copy of a request, or an object with one as its prototype, has the same state, and is another one.
  const holder = stream[kept]?.isOf(request) === false ? request : stream
  const known = holder[kept]
  if (known?.isOf(request) === true) return known
  const record = new RequestRecord(request)
  holder[kept] = record
  return record
}

/**
 * The verified token of this request, as the guard of this type let it in: the typed way anywhere, whatever the
 * framework. With `optional`, undefined where an optional guard let nobody in. `request` is Node's own.
 *
 * @throws ConfigurationError `ERR_GUARD_NOT_PASSED` where no guard of this type let the request in, `ERR_TYPE_UNNAMED`
 */
export function tokenOf<V extends Verified>(request: IncomingMessage, type: Guardable<V, never>): V
export function tokenOf<V extends Verified>(
  request: IncomingMessage,
  type: Guardable<V, never>,
  options: { readonly optional: true } | undefined,
): V | undefined
export function tokenOf(
  request: IncomingMessage,
  type: Guardable<Verified, never>,
  options: { readonly optional?: true } = {},
) {
  const { optional = false } = readOptions('tokenOf', options, { optional: aBoolean })
  return recordOf(request).tokenOf(verifierOf('tokenOf', type), optional)
}
