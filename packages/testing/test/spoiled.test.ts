import { accessToken, defineTokens } from '@jwt-guard/core'
import { defects, FakeIssuer, spoiled, spoiledTokens, testKey, testSecret } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'

const issuers = [
  new FakeIssuer(),
  new FakeIssuer({ keys: [testKey('RS256')] }),
  new FakeIssuer({ keys: [testKey('Ed25519')] }),
  new FakeIssuer({ keys: [testSecret('HS256')] }),
]

describe.each(issuers.map((fake) => [fake.key.algorithm, fake] as const))('with %s', (_, fake) => {
  const { access } = defineTokens(
    { access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }) },
    { clock: fake.clock },
  )

  test('a token is good before it is spoiled', async () => {
    await expect(access.verify(fake.accessToken())).resolves.toMatchObject({ type: 'access' })
  })

  test.each(defects)('a token with %s is refused for just that', async (defect) => {
    const { text, code, claim } = spoiled(fake, defect)
    await expect(access.verify(text)).rejects.toMatchObject({
      name: 'TokenRejectedError',
      code,
      ...(claim && { claim }),
    })
  })
})

test('every defect is in the list once', () => {
  expect(spoiledTokens(new FakeIssuer()).map(({ defect }) => defect)).toEqual(defects)
})
