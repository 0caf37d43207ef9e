import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FakeIssuer, fixedClock, keyServerDefects, startKeyServer } from '@jwt-guard/testing'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { build } from './build.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = (script: string, ...words: string[]) =>
  execFileSync(process.execPath, [script, ...words], { cwd: `${root}test`, encoding: 'utf8' })

beforeAll(async () => {
  await build(
    'packages/issuer',
    'packages/nest',
    'packages/koa',
    'packages/express',
    'packages/redis',
    'packages/testing',
  )
}, 120_000)

test.each([
  ['core', 'defineTokens'],
  ['express', 'jwtGuard'],
  ['koa', 'jwtGuard'],
  ['issuer', 'createIssuer'],
  ['nest', 'JwtGuardModule'],
  ['redis', 'redisReplayStore'],
  ['testing', 'FakeIssuer'],
])('@jwt-guard/%s as it is built is loaded by a CommonJS program', (name, member) => {
  const program = `require('reflect-metadata'); console.log(typeof require('@jwt-guard/${name}').${member})`
  expect(run('--no-warnings', '--input-type=commonjs', '--eval', program).trim()).toBe('function')
})

/** A program on core as it is built, told of a key server and a token that is good now. Is killed where it hangs. */
async function programWithKeys(body: string, respond?: keyof typeof keyServerDefects): Promise<string> {
  const fake = new FakeIssuer({ clock: fixedClock(Math.floor(Date.now() / 1000)) })
  const server = await startKeyServer(fake.jwks)
  onTestFinished(() => server.close())
  if (respond !== undefined) server.respond = keyServerDefects[respond]
  const program = `
    import { accessToken, defineTokens, issuer, remoteKeySet } from '@jwt-guard/core'
    const [url, token] = process.argv.slice(1)
    const keys = remoteKeySet(url, { algorithms: ['ES256'], allowInsecureLoopback: true, timeout: '60s' })
    const trusted = issuer('${fake.id}', { keys })
    const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) })
    ${body}`
  const words = ['--input-type=module', '--eval', program, server.jwksUrl, fake.accessToken()]
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: `${root}test`, timeout: 15_000 })
  return stdout.trim()
}

test('a process that only verifies ends by itself, and needs no close for that', async () => {
  expect(await programWithKeys('console.log((await access.verify(token)).claims.sub)')).toBe('user-1')
})

test('a process whose keys cannot be fetched ends by itself', async () => {
  const body = 'await access.verify(token).catch((error) => console.log(error.code))'
  expect(await programWithKeys(body, 'status 500')).toBe('ERR_KEYS_UNAVAILABLE')
})

test('close ends a fetch that is running, and the process does not wait for its deadline', async () => {
  const body = `
    const ready = keys.ready().catch((error) => console.log(error.message))
    setTimeout(() => keys.close(), 100)
    await ready`
  expect(await programWithKeys(body, 'silence')).toMatch(/closed$/)
})
