import { availableParallelism } from 'node:os'

/** Beyond that, whoever sends more than can be checked has to wait for us: files and names are looked up there, too. */
const mostAtOnce = 16

/**
 * Whether a check by a public key is made by another thread, while ours answers other requests. That was measured: with
 * many requests at a time a tenth (RS256) to a third (ES256, Ed25519) more are answered, and sooner; a request that is
 * alone is answered later by half, since to hand its check over takes as long again, and so are all of them where there
 * is one core. So a check is made here where there is one core, and where it is the only one: the first
 * in its turn of the event loop, with none on its way.
 */
export class OtherThreads {
  readonly #most: number
  #running = 0
  #isTaken = false

  constructor(cores: number) {
    this.#most = cores > 1 ? mostAtOnce : 0
  }

  /** Asked once for each check. */
  takeNext(): boolean {
    const isAlone = !this.#isTaken && this.#running === 0
    if (!this.#isTaken) this.#takeTurn()
    return !isAlone && this.#running < this.#most
  }

  /** Good is what was checked, and found to be. */
  async run(check: (done: (error: Error | null, isGood: boolean) => void) => void): Promise<boolean> {
    this.#running++
    try {
      return await new Promise<boolean>((resolve) => {
        check((error, isGood) => resolve(error === null && isGood))
      })
    } catch {
      return false
    } finally {
      this.#running--
    }
  }

  #takeTurn(): void {
    this.#isTaken = true
    setImmediate(() => {
      this.#isTaken = false
    }).unref()
  }
}

export const otherThreads = new OtherThreads(availableParallelism())
