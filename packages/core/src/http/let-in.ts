import type { IncomingMessage } from 'node:http'
import { aBoolean, readOptions } from '../encoding/options.js'
import { ConfigurationError, type Refusal } from '../errors/errors.js'
import { verifierOf } from '../tokens/any-of.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import type { Expected } from '../rules/token-rules.js'
import type { Finding, NamedType, Verifier } from '../tokens/named-type.js'

/** What was presented to a type, and what came of it. */
interface Presented {
  readonly type: NamedType
  readonly text: string
  readonly expected: Expected
  readonly outcome: Finding
}

interface Spending {
  readonly type: NamedType
  readonly text: string
  readonly refusal: Promise<Refusal | undefined> | undefined
}

interface Slot {
  readonly name: string
  readonly asked: Verifier
}

interface LetIn {
  readonly type: NamedType
  readonly token: Verified | undefined
}

/**
 * What guards have found out about one request: kept with Node's own request, so that every framework shares it. Lists,
 * since a request has one guard or two, and a map for each question would cost as much as the answers.
 */
export class RequestRecord {
  readonly #presented: Presented[] = []
  readonly #letIn: LetIn[] = []
  readonly #spent: Spending[] = []
  readonly #slots: Slot[] = []
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
    return this.#presented.findLast(isIt)?.outcome
  }

  keep(type: NamedType, text: string, expected: Expected, outcome: Finding): Finding {
    this.#presented.push({ type, text, expected, outcome })
    return outcome
  }

  /** One request uses its token up once, whatever contexts its guards have. A store that was away is not asked again. */
  spentOnce(type: NamedType, text: string, spend: () => Spending['refusal']): Spending['refusal'] {
    const known = this.#spent.find((one) => one.type === type && one.text === text)
    if (known !== undefined) return known.refusal
    const refusal = spend()
    this.#spent.push({ type, text, refusal })
    return refusal
  }

  /** Two guards may share a slot where one token may satisfy both. */
  takeSlot(name: string, asked: Verifier): void {
    const taken = this.#slots.findLast((slot) => slot.name === name)?.asked ?? asked
    if (taken !== asked && !taken.types.some((type) => asked.types.includes(type))) {
      throw new ConfigurationError(
        'ERR_SLOT_TAKEN',
        `The slot "${name}" of this request is that of ${taken.name}. Give the guard of ${asked.name} another: { as: '…' }.`,
      )
    }
    if (!this.#slots.some((slot) => slot.name === name && slot.asked === asked)) this.#slots.push({ name, asked })
  }

  /** Answers whether this is news: whether no guard let the request in with as much before. */
  letIn(type: NamedType, token: Verified | undefined): boolean {
    const known = this.#letIn.findLast((one) => one.type === type)
    const isNews = known === undefined || (token !== undefined && known.token !== token)
    if (isNews) this.#letIn.push({ type, token })
    return isNews
  }

  tokenOf({ name, types }: Verifier, optional: boolean): Verified | undefined {
    const passages = this.#letIn.filter(({ type }) => types.includes(type))
    const token = passages.findLast((one) => one.token !== undefined)?.token
    const passed = passages.length > 0
    if (token !== undefined || (optional && passed)) return token
    throw new ConfigurationError(
      'ERR_GUARD_NOT_PASSED',
      `No guard of ${name} let this request in with a token. Is the guard mounted before this handler?` +
        (passed ? ' It is optional here: read with { optional: true }.' : ''),
    )
  }
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
export function recordOf(request: IncomingMessage & Holder & { readonly _readableState?: Holder }): RequestRecord {
  const { _readableState: stream = request } = request
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
