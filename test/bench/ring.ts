/** A list without an end: after its last comes its first again. */
export class Ring<Item> {
  readonly #items: readonly Item[]
  #at = 0

  constructor(items: readonly Item[]) {
    if (items.length === 0) throw new RangeError('a ring has at least one item')
    this.#items = items
  }

  /** The next ones, going on where the last call ended. */
  next(count: number): readonly Item[] {
    const taken = Array.from(
      { length: count },
      (_, turn) => this.#items[(this.#at + turn) % this.#items.length] as Item,
    )
    this.#at = (this.#at + count) % this.#items.length
    return taken
  }
}
