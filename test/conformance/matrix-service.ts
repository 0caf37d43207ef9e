import { anyOf, type Guardable, type Verified } from '@jwt-guard/core'
import { kindNames, withoutContext, type KindName } from '../matrix/kinds.js'
import { contextFor, samplesOf, setOf, type Sample, type Setting } from '../matrix/worlds.js'
import type { Route, Service } from './route.js'

/** Routes for several kinds at once: each of those without a context with the next one, and with the next two. */
const several = [1, 2].flatMap((more) =>
  withoutContext.map((_, index) => [...withoutContext, ...withoutContext].slice(index, index + more + 1)),
)
const alone = kindNames.map((name) => [name])

/** What a route takes, and where it is. */
export interface MatrixRoute {
  readonly path: string
  readonly kinds: readonly KindName[]
}
export const matrixRoutes: readonly MatrixRoute[] = [...alone, ...several].map((kinds) => ({
  path: `/${kinds.join('-or-')}`,
  kinds,
}))

/** All twelve kinds in one set, each behind a guarded route of its own, and several together behind others. */
export function matrixService(setting: Setting): Service & { readonly samples: readonly Sample[] } {
  const tokens = setOf(kindNames, setting)
  const types = new Map<string, Guardable<Verified, never>>(
    matrixRoutes.map(({ path, kinds }) => [path, typeOfAll(kinds.map((kind) => tokens[kind] as never))]),
  )
  const typeOf = (path: string) => types.get(path) ?? expectType(path)
  const routesFor: Service['routesFor'] = (requestOf) =>
    matrixRoutes.map(({ path, kinds: [kind, ...others] }): Route => {
      const context = (seen: Parameters<typeof requestOf>[0]) =>
        kind && contextFor(kind, requestOf(seen).headers.authorization ?? '', setting)
      const needsContext = others.length === 0 && kind !== undefined && !withoutContext.includes(kind)
      return {
        path,
        guards: [{ type: path, ...(needsContext && { options: { context } }) }],
        handle: (read) => ({ type: read(path)?.type }),
      }
    })
  return { tokens, typeOf, routesFor, samples: kindNames.flatMap((name) => samplesOf(name, setting)) }
}

function typeOfAll([first, second, third]: readonly Parameters<typeof anyOf>[0][]): Guardable<Verified, never> {
  if (first === undefined) throw new Error('no kind at all')
  if (second === undefined) return first
  return third === undefined ? anyOf(first, second) : anyOf(first, second, third)
}

function expectType(path: string): never {
  throw new Error(`no type at ${path}`)
}
