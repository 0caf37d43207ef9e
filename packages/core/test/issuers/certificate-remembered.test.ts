import { accessToken, defineTokens } from '@jwt-guard/core'
import { fixedClock } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { selfSigned } from './certificate-authority.js'
import { certifiedWorld, good, intermediate, leafWith, outcomeOf } from './certificate-world.js'

const audience = 'https://api.test'

test('a text that was verified is refused once its chain has ended, and before it has begun', async () => {
  const clock = fixedClock()
  const [from, until] = [clock.now() - 10, clock.now() + 10]
  const { token, verdict } = certifiedWorld({}, clock)
  const text = token([leafWith({ from, until }), intermediate])
  const at = async (seconds: number) => {
    clock.advance(seconds)
    return verdict(text)
  }
  expect([await at(0), await at(10), await at(1), await at(-11)]).toEqual([
    'accepted',
    'accepted',
    'ERR_CERTIFICATE_EXPIRED',
    'accepted',
  ])
  expect(await at(-11)).toBe('ERR_CERTIFICATE_EXPIRED')
})

test('a text that was verified by its certificates brings no key to whoever takes none, and is too long for them', async () => {
  const { fake, clock, token, access } = certifiedWorld()
  const options = { issuer: fake.issuer, audience, maxTokenLength: 64 * 1024 }
  const { access: plain } = defineTokens({ access: accessToken(options) }, { clock })
  const texts = { short: token(good), long: token(good, { header: { 'a-name': 'x'.repeat(1000) } }) }
  expect(texts.short.indexOf('.')).toBeLessThanOrEqual(2048)
  expect(texts.long.indexOf('.')).toBeGreaterThan(2048)
  for (let round = 0; round < 2; round++) {
    expect(await outcomeOf(access.verify(texts.short))).toBe('accepted')
    expect(await outcomeOf(access.verify(texts.long))).toBe('accepted')
    expect(await outcomeOf(plain.verify(texts.short))).toBe('ERR_HEADER_INVALID')
    const { steps } = await plain.explain(texts.short)
    expect(steps.find((one) => one.outcome === 'failed')).toMatchObject({ step: 'header' })
    expect(await outcomeOf(plain.verify(texts.long))).toBe('ERR_TOKEN_TOO_LONG')
  }
})

test('a text that was verified by one anchor is not by another', async () => {
  const one = certifiedWorld()
  const text = one.token(good)
  const other = certifiedWorld({ trustAnchors: selfSigned().pem })
  expect(await outcomeOf(one.access.verify(text))).toBe('accepted')
  expect(await other.verdict(text)).toBe('ERR_CERTIFICATE_INVALID')
})
