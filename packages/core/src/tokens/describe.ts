import { ConfigurationError } from '../errors/errors.js'
import {
  audienceInWords,
  durationInWords,
  encryptionInWords,
  issuersInWords,
  typInWords,
  valuesInWords,
} from '../rules/in-words.js'
import type { TokenRules } from '../rules/token-rules.js'
import { revocable } from '../state/revocation.js'
import { commonChecks } from './complete-rules.js'
import type { AnyNamedTokenType, AnyTokenType } from './named-token.js'
import { NamedType } from './named-type.js'
import { RuledType } from './token-type.js'

/**
 * A type's rules as a table in Markdown, for documents and reviews: one row for each rule, from the same data that
 * `verify` reads and the separation proof is made of. It holds what was configured, and no key.
 *
 * @throws ConfigurationError `ERR_OPTION_INVALID` for anything but a token type
 */
export function describe(type: AnyTokenType | AnyNamedTokenType): string {
  const rows = describedRules(rulesOf(type)).map(([rule, value]) => `| ${rule} | ${value.replaceAll('|', '\\|')} |`)
  return ['| rule | |', '|---|---|', ...rows].join('\n')
}

function rulesOf(type: unknown): TokenRules {
  if (NamedType.is(type) || type instanceof RuledType) return type.rules
  throw new ConfigurationError('ERR_OPTION_INVALID', 'describe takes a token type, such as tokens.access.')
}

/** Rows that have nothing to say are left out. */
function describedRules(rules: TokenRules): readonly (readonly [rule: string, value: string])[] {
  const rows = [
    ['kind', rules.kind],
    ['for', rules.purpose],
    ['encryption', encryptionInWords(rules)],
    ['understood in `crit`', listed(rules.extensions.map(([name]) => name))],
    ['`typ`', typInWords(rules)],
    ['`iss`', issuersInWords(rules)],
    ['`aud`', audienceInWords(rules)],
    ['has to have', listed(rules.required)],
    ['must not have', listed(rules.forbidden)],
    ['fixed', rules.fixed.map(([claim, values]) => `\`${claim}\`: ${valuesInWords(values)}`).join('; ')],
    ['of their form, where there', listed(Object.keys(rules.forms))],
    ['also checked', ownChecks(rules).join('; ')],
    ['a schema of its own', rules.claims === undefined ? '' : 'yes'],
    ['longest life', lifetimeInWords(rules)],
    ['used', rules.singleUse === undefined ? '' : 'once'],
    ['can be revoked by', revokedBy(rules)],
    ['clocks may differ by', durationInWords(rules.clockTolerance)],
    ['longest text', `${rules.maxTokenLength} characters`],
    ['**not checked**', rules.notChecked.join('; ')],
  ] as const
  return rows.filter(([, value]) => value !== '')
}

function revokedBy({ revocations, forbidden }: TokenRules): string {
  const claims = revocable.map(([, claim]) => claim).filter((claim) => !forbidden.includes(claim))
  return revocations === undefined ? '' : `${listed(claims)}, where there`
}

/** Those that have no row of their own. */
function ownChecks({ checks }: TokenRules): readonly string[] {
  return checks.map(({ name }) => name).filter((name) => !Object.hasOwn(commonChecks, name))
}

function listed(claims: readonly string[]): string {
  return claims.map((claim) => `\`${claim}\``).join(', ')
}

function lifetimeInWords({ maxLifetime, maxAge, required, forbidden }: TokenRules): string {
  const ends = `${durationInWords(maxLifetime)} until \`exp\``
  const ages = `${durationInWords(maxAge)} since \`iat\``
  if (forbidden.includes('exp')) return ages
  return required.includes('exp') ? ends : `${ends}; without it ${ages}`
}
