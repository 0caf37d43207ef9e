import { ConfigurationError, separation, type Guardable, type TokenSet, type Verified } from '@jwt-guard/core'
import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency } from '@nestjs/common'

/** The names of a set whose types need nothing but the text. */
type Mountable<Set extends TokenSet> = {
  [N in keyof Set]: Set[N] extends Guardable<Verified> ? N : never
}[keyof Set] &
  string

export interface JwtGuardModuleOptions<Set extends TokenSet> {
  /** The set that `defineTokens` made. */
  readonly tokens: Set
  /** Guards every route by this type; open one with `@Public()`. */
  readonly everyRoute?: Mountable<Set>
  /** The `realm` of the challenges, where a `@UseToken` names no other. Default `api`. */
  readonly realm?: string
  /** As for `createGuard`, where a `@UseToken` does not say it: while developing, an answer says why it is a refusal. */
  readonly explainRefusals?: boolean
}

export interface JwtGuardModuleAsyncOptions<Set extends TokenSet> {
  readonly imports?: NonNullable<ModuleMetadata['imports']>
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[]
  readonly useFactory: (...dependencies: never[]) => JwtGuardModuleOptions<Set> | Promise<JwtGuardModuleOptions<Set>>
}

/** The options as they arrive, whatever the set. */
export interface ModuleOptions {
  readonly tokens: TokenSet
  readonly everyRoute?: string
  readonly realm?: string
  readonly explainRefusals?: boolean
}

export const ModuleOptions = Symbol('jwt-guard:options')

/** Refuses options that no guard can be built of. What the others hold is for the guards to refuse. */
export function refuseBadOptions(options: ModuleOptions): void {
  refuseUnknownMembers('JwtGuardModule', options, ['tokens', 'everyRoute', 'realm', 'explainRefusals'])
  const { tokens } = options
  if (typeof tokens !== 'object' || tokens === null || Object.keys(tokens).length === 0) {
    throw new ConfigurationError('ERR_OPTION_INVALID', 'JwtGuardModule: tokens has to be what defineTokens made.')
  }
  // Refuses types of several sets, which nobody has compared, and whatever is no named type.
  separation(tokens)
  for (const [name, type] of Object.entries(tokens)) {
    if (type.name === name) continue
    throw new ConfigurationError('ERR_OPTION_INVALID', `JwtGuardModule: tokens.${name} is named ${type.name}.`)
  }
}

/** Options may have these members only, the first of them always, and none that is undefined. */
export function refuseUnknownMembers(what: string, options: object, [needed, ...others]: [string, ...string[]]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what} takes an object of options.`)
  }
  const known = [needed, ...others]
  for (const [name, value] of Object.entries({ [needed]: undefined, ...options })) {
    if (!known.includes(name)) {
      throw new ConfigurationError('ERR_OPTION_UNKNOWN', `${what} has no option ${name}. It has: ${known.join(', ')}.`)
    }
    if (value === undefined) {
      throw new ConfigurationError('ERR_OPTION_MISSING', `${what} needs ${name}, and undefined is no value.`)
    }
  }
}
