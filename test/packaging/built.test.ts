import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
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

test('core as it is published is one file of JavaScript, which asks for no package but jose', () => {
  const core = `${root}packages/core`
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: core, encoding: 'utf8', stdio: 'pipe' })
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }]
  expect(files.map(({ path }) => path).filter((path) => path.endsWith('.js'))).toEqual(['dist/index.js'])
  const asked = readFileSync(`${core}/dist/index.js`, 'utf8').matchAll(/(?:from |import\()"([^"]+)"/g)
  const packages = new Set(Array.from(asked, ([, name]) => name).filter((name) => !name?.startsWith('node:')))
  expect([...packages]).toEqual(['jose/jwe/compact/decrypt'])
})

test('the import of core loads nothing of HTTP or TLS, which whoever is given all keys and serves nothing never needs', () => {
  const program = `
    import '@jwt-guard/core'
    console.log(process.moduleLoadList.filter((name) => /^NativeModule (crypto|http|https|tls)$/.test(name)).join())`
  expect(run('--input-type=module', '--eval', program).trim()).toBe('NativeModule crypto')
})

/**
 * Programs on core as it is built, beside a key server and with a token that is good now. A fetch may take a minute: whoever
 * waits for one that hangs is killed before that.
 */
async function programs() {
  const server = await startKeyServer({ keys: [] })
  onTestFinished(() => server.close())
  const fake = new FakeIssuer({ id: server.url, clock: fixedClock(Math.floor(Date.now() / 1000)) })
  server.jwks = fake.jwks
  const start = (body: string) => {
    const program = `
      import { accessToken, defineTokens, issuer, remoteKeySet } from '@jwt-guard/core'
      const [url, jwksUrl, token] = process.argv.slice(1)
      const how = { algorithms: ['ES256'], allowInsecureLoopback: true, timeout: '60s' }
      const keys = remoteKeySet(jwksUrl, how)
      const located = issuer(url, { keys })
      const found = issuer(url, how)
      const verify = (by) =>
        defineTokens({ access: accessToken({ issuer: by, audience: 'https://api.test' }) }).access.verify(token)
      const tell = (error) => console.log(error.code)
      ${body}`
    const words = ['--input-type=module', '--eval', program, server.url, server.jwksUrl, fake.accessToken()]
    return promisify(execFile)(process.execPath, words, { cwd: `${root}test`, timeout: 15_000 })
  }
  return { server, start }
}

test.each(['located', 'found'])(
  'a process that only verifies ends by itself, and needs no close for that: keys that are %s',
  async (by) => {
    const { start } = await programs()
    const { stdout } = await start(`console.log((await verify(${by})).claims.sub)`)
    expect(stdout.trim()).toBe('user-1')
  },
)

test.each(['located', 'found'])('a process whose keys cannot be fetched ends by itself: keys to be %s', async (by) => {
  const { server, start } = await programs()
  server.respond = keyServerDefects['status 500']
  const { stdout } = await start(`await verify(${by}).catch(tell)`)
  expect(stdout.trim()).toBe('ERR_KEYS_UNAVAILABLE')
})

test.each([
  ['a token', 'verify(located).catch(tell)', 'located.close()'],
  ['a token, before there is metadata', 'verify(found).catch(tell)', 'found.close()'],
  ['a readiness probe', 'keys.ready().catch(tell)', 'keys.close()'],
  ['two of them', 'verify(found).catch(tell); keys.ready().catch(() => undefined)', 'found.close(); keys.close()'],
])(
  'on SIGTERM, close ends a fetch that hangs and the process does not wait for it: %s waits',
  async (_, waits, close) => {
    const { server, start } = await programs()
    const asked = new Promise<void>((resolve) => {
      server.respond = () => resolve()
    })
    const program = start(`process.once('SIGTERM', () => { ${close} }); ${waits}`)
    await asked
    program.child.kill('SIGTERM')
    expect((await program).stdout.trim()).toBe('ERR_KEYS_UNAVAILABLE')
  },
)
