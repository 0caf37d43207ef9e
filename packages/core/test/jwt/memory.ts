import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects what nobody holds any more, once every job that is waiting has run. */
export async function collected(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  collect()
}

/** Megabytes that are held more after something ran than before it, of JavaScript and of what hangs on it. */
export async function megabytesLeftBy(run: () => unknown): Promise<number> {
  const before = await held()
  await run()
  return (await held()) - before
}

async function held(): Promise<number> {
  await collected()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
