import type { IncomingMessage } from 'node:http'
import { aBoolean, readOptions } from '../encoding/options.js'
import { ConfigurationError, type Refusal } from '../errors/errors.js'
import { verifierOf } from '../tokens/any-of.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import type { NamedType, Outcome, Verifier } from '../tokens/named-type.js'

interface Passage {
  /** What was presented, for which the outcome holds. */
  readonly presented: string
  readonly outcome: Promise<Outcome>
}

interface Spending {
  readonly text: string
  readonly refusal: Promise<Refusal | undefined> | undefined
}

/** What guards have found out about one request: kept under Node's own request, so that every framework shares it. */
export class RequestRecord {
  readonly #passages = new Map<NamedType, Passage>()
  readonly #letIn = new Map<NamedType, Verified | undefined>()
  readonly #spent = new Map<NamedType, Spending>()
  readonly #slots = new Map<string, Verifier>()

  /** The outcome for this type and these credentials, found out once, however many guards ask. */
  once(type: NamedType, presented: string, find: () => Promise<Outcome>): Promise<Outcome> {
    const known = this.#passages.get(type)
    if (known?.presented === presented) return known.outcome
    const outcome = find()
    this.#passages.set(type, { presented, outcome })
    // A dependency that was away for one guard may be back for the next.
    outcome.catch(() => this.#passages.delete(type))
    return outcome
  }

  /** One request uses its token up once, whatever contexts its guards have. A store that was away is not asked again. */
  spentOnce(type: NamedType, text: string, spend: () => Spending['refusal']): Spending['refusal'] {
    const known = this.#spent.get(type)
    if (known?.text === text) return known.refusal
    const refusal = spend()
    this.#spent.set(type, { text, refusal })
    return refusal
  }

  /** Two guards may share a slot where one token may satisfy both. */
  takeSlot(slot: string, asked: Verifier): void {
    const taken = this.#slots.get(slot) ?? asked
    if (!taken.types.some((type) => asked.types.includes(type))) {
      throw new ConfigurationError(
        'ERR_SLOT_TAKEN',
        `The slot "${slot}" of this request is that of ${taken.name}. Give the guard of ${asked.name} another: { as: '…' }.`,
      )
    }
    this.#slots.set(slot, asked)
  }

  /** Answers whether this is news: whether no guard let the request in with as much before. */
  letIn(type: NamedType, token: Verified | undefined): boolean {
    const known = this.#letIn.get(type)
    const isNews = token === undefined ? !this.#letIn.has(type) : known !== token
    if (isNews) this.#letIn.set(type, token)
    return isNews
  }

  tokenOf({ name, types }: Verifier, optional: boolean): Verified | undefined {
    const token = types.map((type) => this.#letIn.get(type)).find((one) => one !== undefined)
    const passed = types.some((type) => this.#letIn.has(type))
    if (token !== undefined || (optional && passed)) return token
    throw new ConfigurationError(
      'ERR_GUARD_NOT_PASSED',
      `No guard of ${name} let this request in with a token. Is the guard mounted before this handler?` +
        (passed ? ' It is optional here: read with { optional: true }.' : ''),
    )
  }
}

const records = new WeakMap<IncomingMessage, RequestRecord>()

export function recordOf(request: IncomingMessage): RequestRecord {
  const record = records.get(request) ?? new RequestRecord()
  records.set(request, record)
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
