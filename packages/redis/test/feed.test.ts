import { expect, onTestFinished, test, vi } from 'vitest'
import type { IoredisClient } from '../src/index.js'
import { revocations } from './stores.js'

const never = async () => new Promise<never>(() => {})

/** A client of which nothing ever comes, not even the end of its connection. */
const silent = (status: string): IoredisClient => ({
  status,
  call: never,
  connect: never,
  duplicate: () => silent(status),
  disconnect() {},
  on() {},
})

test.each(['connecting', 'wait', 'ready'])(
  'a connection that is %s and from which nothing comes is closed at once, and leaves no timer',
  async (status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const store = revocations(silent(status), { mode: 'replicated', timeout: 4 })
    const ready = store.ready()
    // As far as it comes.
    await new Promise((resolve) => void setImmediate(resolve))
    expect(vi.getTimerCount()).toBe(1)
    await Promise.all([expect(ready).rejects.toThrow('the connection is closed'), store.close()])
    expect(vi.getTimerCount()).toBe(0)
  },
)
