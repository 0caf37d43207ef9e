import { setTimeout as wait } from 'node:timers/promises'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { hasRedis, startRedis, startService, type Running } from './processes.js'

async function ask(service: Running, path: string, token: string, method = 'GET'): Promise<number> {
  const answer = await fetch(service.url + path, { method, headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  return answer.status
}

/** Asks until the answer is that one, or ten seconds have passed. */
async function askUntil(status: number, service: Running, token: string): Promise<number> {
  const end = Date.now() + 10_000
  for (;;) {
    const answer = await ask(service, '/me', token)
    if (answer === status || Date.now() > end) return answer
    await wait(50)
  }
}

async function tell(): Promise<void> {
  // The tokens are a minute old: what is issued in the very second of a log-out is refused as well.
  const issuer = new FakeIssuer({ clock: fixedClock(Math.floor(Date.now() / 1000) - 60) })
  const redis = await startRedis()
  const [one, two] = [await startService(redis, issuer.jwks), await startService(redis, issuer.jwks)]
  const [alice, bob] = ['alice', 'bob'].map((sub) => issuer.accessToken({ claims: { sub } })) as [string, string]

  const scenes: readonly (readonly [happens: string, status: number, act: () => Promise<number>])[] = [
    ['alice is let in by the one process', 200, () => ask(one, '/me', alice)],
    ['and by the other', 200, () => ask(two, '/me', alice)],
    ['she logs out everywhere, at the one', 204, () => ask(one, '/log-out-everywhere', alice, 'POST')],
    ['which refuses her from then on', 401, () => ask(one, '/me', alice)],
    ['and so does the other, which heard of it', 401, () => askUntil(401, two, alice)],
    ['bob is let in', 200, () => ask(two, '/me', bob)],
    [
      'Redis stops answering: bob is let in for as long as what is known is young enough',
      200,
      () => {
        redis.process.kill('SIGSTOP')
        return ask(two, '/me', bob)
      },
    ],
    ['then it is said that nothing is known', 503, () => askUntil(503, two, bob)],
    [
      'Redis answers again: bob is let in',
      200,
      () => {
        redis.process.kill('SIGCONT')
        return askUntil(200, two, bob)
      },
    ],
    ['alice is not', 401, () => ask(two, '/me', alice)],
  ]

  let right = 0
  for (const [happens, status, act] of scenes) {
    const answer = await act()
    if (answer === status) right++
    console.log(`${answer}  ${happens}${answer === status ? '' : `   WRONG: must be ${status}`}`)
  }
  console.log(`${right} of ${scenes.length} answers were as they must be`)
  if (right !== scenes.length) process.exitCode = 1
  for (const { process: running } of [one, two, redis]) running.kill('SIGKILL')
}

if (hasRedis) await tell()
else console.log('NOT RUN: log out everywhere. There is no redis-server here (apt-get install redis-server)')
