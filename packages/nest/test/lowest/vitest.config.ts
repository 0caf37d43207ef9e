import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The tests of this package on the lowest Nest of its peer range:
// npx vitest run --config packages/nest/test/lowest/vitest.config.ts
const conditions = ['@jwt-guard/source']
const lowest = new URL('../../../../test/lowest/node_modules/', import.meta.url)
const pathOf = (name: string) => realpathSync(fileURLToPath(new URL(`${name}/index.js`, lowest)))
const names = ['common', 'core', 'platform-express', 'platform-fastify'].map((name) => `@nestjs/${name}`)

export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  resolve: { conditions, alias: names.map((name) => ({ find: name, replacement: pathOf(name) })) },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/*.test.ts'],
    // @nestjs/testing brings the newest Nest along.
    exclude: ['test/module.test.ts'],
    testTimeout: 20_000,
  },
})
