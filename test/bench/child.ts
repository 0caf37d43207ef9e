import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a program beside this one says of itself, in a process of its own. */
export async function answerOf<Answer>(script: string, words: readonly string[]): Promise<Answer> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = fork(path, words, { execArgv: ['--expose-gc'], env: { ...process.env, NODE_ENV: 'production' } })
  const gone = once(child, 'exit')
  const heard = once(child, 'message') as Promise<[Answer]>
  const first = await Promise.race([heard, gone.then(([code]) => String(code))])
  if (typeof first === 'string') throw new Error(`${script} ${words[0]} ended with ${first}`)
  child.kill()
  await gone
  return first[0]
}
