// The README's table of the kinds of token, made of what `describe` says of each. Run without arguments it fails where
// the README says something else; with --write it writes it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
  describe,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer as issuerOf,
  logoutToken,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
} from '@jwt-guard/core'
import { testKey } from '@jwt-guard/testing'

const readme = fileURLToPath(new URL('../../README.md', import.meta.url))
const issuer = issuerOf('https://issuer.test', { keys: testKey().source })
const forService = { issuer, audience: 'yours' }
const forClient = { issuer, clientId: 'yours' }

const kinds = {
  accessToken: accessToken(forService),
  idToken: idToken(forClient),
  logoutToken: logoutToken(forClient),
  userInfoResponse: userInfoResponse(forClient),
  introspectionResponse: introspectionResponse(forService),
  securityEventToken: securityEventToken(forService),
  transactionToken: transactionToken(forService),
  clientAssertion: clientAssertion(forService),
  requestObject: requestObject(forService),
  authorizationGrant: authorizationGrant(forService),
  identityAssertionGrant: identityAssertionGrant(forService),
  customToken: customToken({ ...forService, typ: 'its-own+jwt', maxLifetime: '15m' }),
}

function rulesOf(type) {
  const lines = describe(type).split('\n').slice(2)
  return new Map(lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))))
}

// That a token with cnf is refused holds for all, and stands below the table.
function said(cell) {
  return cell
    .split('; ')
    .filter((part) => !part.startsWith('no cnf'))
    .join('; ')
}

const rows = Object.entries(kinds).map(([factory, type]) => {
  const rules = rulesOf(type)
  const cells = ['for', '`typ`', '`aud`', 'has to have', 'also checked', 'longest life', '**not checked**']
  return `| \`${factory}\` | ${cells.map((cell) => said(rules.get(cell))).join(' | ')} |`
})
const table = [
  '| factory | for | `typ` | `aud` | has to have | also checked | longest life | **not checked** |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
].join('\n')

const [begin, end] = ['<!-- made by test/readme/kinds.mjs -->\n', '\n<!-- end -->']
const text = readFileSync(readme, 'utf8')
const from = text.indexOf(begin) + begin.length
const written = text.slice(0, from) + table + text.slice(text.indexOf(end, from))
if (text.indexOf(begin) < 0 || text.indexOf(end) < 0) throw new Error('the README has no place for the table')
if (process.argv.includes('--write')) writeFileSync(readme, written)
else if (written !== text) throw new Error('the README says something else: node test/readme/kinds.mjs --write')
console.log(`the README's table of ${rows.length} kinds is that of describe()`)
