import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = (script: string, ...words: string[]) =>
  execFileSync(process.execPath, [script, ...words], { cwd: `${root}test`, encoding: 'utf8' })

beforeAll(() => {
  run(
    `${root}node_modules/typescript/bin/tsc`,
    '-b',
    `${root}packages/nest`,
    `${root}packages/koa`,
    `${root}packages/express`,
    `${root}packages/testing`,
  )
}, 120_000)

test.each([
  ['core', 'defineTokens'],
  ['express', 'jwtGuard'],
  ['koa', 'jwtGuard'],
  ['nest', 'JwtGuardModule'],
  ['testing', 'FakeIssuer'],
])('@jwt-guard/%s as it is built is loaded by a CommonJS program', (name, member) => {
  const program = `require('reflect-metadata'); console.log(typeof require('@jwt-guard/${name}').${member})`
  expect(run('--no-warnings', '--input-type=commonjs', '--eval', program).trim()).toBe('function')
})
