import { presets } from '@jwt-guard/core'
import { testKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { mistake } from '../outcome.ts'
import { judged } from './judge.ts'
import { android, google, googleIssuer } from './shapes/google.ts'

const { clientId } = google
const web = 'ID token of a web application'
const idToken = (options: object) => ({ id: presets.google.idToken({ issuer: googleIssuer, clientId, ...options }) })

describe('Google as an issuer', () => {
  test('has two spellings, and no third', async () => {
    expect(await judged(google, web, { claims: { iss: 'https://accounts.google.com' } })).toBe('accepted')
    expect(await judged(google, web, { claims: { iss: 'accounts.google.com' } })).toBe('accepted')
    for (const iss of [
      'https://accounts.google.com/',
      'https://securetoken.google.com/p',
      'https://cloud.google.com/iap',
    ]) {
      expect(await judged(google, web, { claims: { iss } })).toBe('ERR_ISSUER_UNKNOWN iss')
    }
  })
  test('is found by its metadata, how patiently can be said, and nothing is fetched before it is needed', () => {
    expect(presets.google.issuer()).toMatchObject({ id: 'https://accounts.google.com' })
    expect(mistake(() => presets.google.issuer({ timeout: '2s', cooldown: 60, maxAge: '1h', staleFor: '1d' }))).toBe(
      'accepted',
    )
  })
  test('signs with RS256 alone', async () => {
    expect(presets.google.issuer()).toMatchObject({ keys: { algorithms: ['RS256'] } })
    expect(await judged(google, web, { header: { alg: 'PS256' } })).toBe('ERR_ALGORITHM_MISMATCH')
  })
  test.each(['algorithms', 'keyHosts', 'aliases', 'allowInsecureLoopback'])('is not told otherwise by %s', (name) => {
    expect(mistake(() => presets.google.issuer({ [name]: ['x'] }))).toBe('ERR_OPTION_UNKNOWN')
    const keys = testKey('RS256').source
    expect(mistake(() => presets.google.issuer({ keys, [name]: ['x'] }))).toBe('ERR_OPTION_UNKNOWN')
  })
  test('with given keys fetches none', () => {
    const options = { keys: testKey('RS256').source, timeout: 1 }
    expect(mistake(() => presets.google.issuer(options))).toBe('ERR_OPTION_UNKNOWN')
  })
})

describe('an ID token of Google', () => {
  test('is asked for by this client, or by a party that is named', async () => {
    expect(await judged(google, web, { claims: { azp: android } })).toBe('accepted')
    expect(await judged(google, web, { claims: { azp: 'other' } })).toBe('ERR_CLAIM_MISMATCH azp')
    expect(await judged(google, web, { claims: { azp: undefined } })).toBe('ERR_CLAIM_MISSING azp')
  })
  test('is asked for by this client alone, where no other is named, as in the strict kind', async () => {
    const strict = idToken({})
    expect(await judged(google, web, {}, strict)).toBe('accepted')
    expect(await judged(google, web, { claims: { azp: android } }, strict)).toBe('ERR_CLAIM_MISMATCH azp')
    expect(await judged(google, web, { claims: { azp: undefined } }, strict)).toBe('accepted')
  })
  test('is not one of a service account that asked for this audience', async () => {
    const claims = { azp: '102347348343434343434', sub: '102347348343434343434', email: 'x@p.iam.gserviceaccount.com' }
    expect(await judged(google, web, { claims })).toBe('ERR_CLAIM_MISMATCH azp')
    expect(await judged(google, web, { claims }, idToken({}))).toBe('ERR_CLAIM_MISMATCH azp')
  })
  test('is of an organisation, where that is said', async () => {
    for (const hostedDomain of ['example.com', ['example.org', 'example.com']]) {
      expect(await judged(google, web, {}, idToken({ hostedDomain }))).toBe('accepted')
    }
    const ours = idToken({ hostedDomain: 'example.org' })
    expect(await judged(google, web, {}, ours)).toBe('ERR_CLAIM_MISMATCH hd')
    expect(await judged(google, web, { claims: { hd: undefined } }, ours)).toBe('ERR_CLAIM_MISSING hd')
    expect(await judged(google, web, { claims: { hd: undefined } })).toBe('accepted')
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(google, web, { claims: { aud: android } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(google, web, { claims: { hd: 1 } })).toBe('ERR_CLAIM_INVALID hd')
    expect(await judged(google, web, { claims: { email_verified: 'true' } })).toBe('ERR_CLAIM_INVALID email_verified')
    expect(await judged(google, web, { claims: { events: {} } })).toBe('ERR_CLAIM_FORBIDDEN events')
    expect(await judged(google, web, { claims: { sub: undefined } })).toBe('ERR_CLAIM_MISSING sub')
  })
})
