import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Packages run from their source: no build is needed to test.
const conditions = ['@jwt-guard/source']

/** Every import of a framework, in the tests and in the adapters' sources, goes to the lowest version of its peer range. */
const lowest = {
  find: /^(express|koa|@koa\/router|@nestjs\/[a-z-]+|reflect-metadata|rxjs)(?=\/|$)/,
  replacement: `${fileURLToPath(new URL('test/lowest/node_modules', import.meta.url))}/$1`,
}

/** Without a Redis to test it against, what is covered of its package says nothing. */
const measured = `{core,express,issuer,koa,nest${spawnSync('redis-server', ['--version']).status === 0 ? ',redis' : ''}}`

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 20_000,
    // A law that holds in a moment is waited for as long as a busy machine needs.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'highest',
          include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          provide: { frameworks: 'highest' },
        },
      },
      {
        extends: true,
        resolve: { alias: [lowest] },
        test: {
          name: 'lowest',
          include: ['test/conformance/**/*.test.ts', 'packages/nest/test/*.test.ts'],
          // @nestjs/testing brings the newest Nest along.
          exclude: ['packages/nest/test/module.test.ts'],
          provide: { frameworks: 'lowest' },
        },
      },
    ],
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    coverage: {
      provider: 'v8',
      include: [`packages/${measured}/src/**`],
      reporter: ['text-summary'],
      thresholds: { lines: 99, branches: 98 },
    },
  },
})
