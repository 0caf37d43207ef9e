import { certificateChain, ConfigurationError, hmacSecret, issuer, notChecked, publicKey } from '@jwt-guard/core'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { ecKeys, selfSigned } from './certificate-authority.js'
import { intermediate, leaf, root, settings, usual } from './certificate-world.js'

function mistake(construct: () => unknown): unknown {
  try {
    construct()
    return 'constructed'
  } catch (error) {
    return error instanceof ConfigurationError ? error.code : error
  }
}
const made = (options: object) => mistake(() => certificateChain({ ...usual, ...options }))
const without = (options: Parameters<typeof settings>[0]) => mistake(() => certificateChain(settings(options)))
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })

test('trust anchors are there, readable, authorities, and strong', () => {
  expect(made({})).toBe('constructed')
  expect(made({ trustAnchors: [root.pem, intermediate.pem] })).toBe('constructed')
  expect(made({ trustAnchors: root.pem + intermediate.pem })).toBe('constructed')
  expect(made({ trustAnchors: selfSigned({ from: 0, until: 1 }).pem })).toBe('constructed')
  expect(without({ trustAnchors: undefined })).toBe('ERR_OPTION_MISSING')
  for (const trustAnchors of [
    undefined,
    null,
    '',
    [],
    [''],
    [undefined],
    {},
    'MIIB',
    root.text,
    root.der,
    root.pem.slice(0, -40),
    root.pem.replace('MII', 'MIJ'),
    `${root.pem}${root.pem}x`,
    pemWith(Buffer.concat([root.der, Buffer.from([0])])),
    publicKeyPem(),
    leaf.pem,
    [root.pem, leaf.pem],
    root.pem + leaf.pem,
  ]) {
    const code = trustAnchors === undefined ? 'ERR_OPTION_MISSING' : 'ERR_OPTION_INVALID'
    expect([trustAnchors, made({ trustAnchors })]).toEqual([trustAnchors, code])
  }
  expect(made({ trustAnchors: selfSigned({ keys: weak, algorithm: 'RS256' }).pem })).toBe('ERR_KEY_WEAK')
  expect(made({ trustAnchors: selfSigned({ keys: ecKeys('secp256k1') }).pem })).toBe('ERR_KEY_MISMATCH')
  const edwards = generateKeyPairSync('ed25519')
  expect(made({ trustAnchors: selfSigned({ keys: edwards, algorithm: 'Ed25519' }).pem })).toBe('ERR_KEY_MISMATCH')
})

const pemWith = (der: Buffer) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`

function publicKeyPem(): string {
  return String(root.publicKey.export({ format: 'pem', type: 'spki' }))
}

test('of one kind of key there is one algorithm', () => {
  expect(made({ algorithms: ['RS256', 'ES256', 'ES384', 'ES512', 'Ed25519'] })).toBe('constructed')
  for (const algorithms of [
    ['RS256', 'PS256'],
    ['RS256', 'ES256', 'RS512'],
    ['EdDSA', 'Ed25519'],
  ]) {
    expect(made({ algorithms })).toBe('ERR_OPTIONS_CONTRADICT')
  }
  for (const algorithms of [[], ['HS256'], ['none'], 'RS256']) expect(made({ algorithms })).toBe('ERR_OPTION_INVALID')
  expect(without({ algorithms: undefined })).toBe('ERR_OPTION_MISSING')
})

test('who the issuer is has to be said, or not checked in so many words', () => {
  expect(without({ subject: undefined })).toBe('ERR_OPTION_MISSING')
  expect(without({ subject: notChecked })).toBe('constructed')
  expect(without({ subject: undefined, subjectAlternativeName: { dns: 'a.test' } })).toBe('constructed')
  expect(made({ subjectAlternativeName: { uri: 'https://a.test' } })).toBe('constructed')
  expect(made({ subject: notChecked, subjectAlternativeName: { dns: 'a.test' } })).toBe('ERR_OPTIONS_CONTRADICT')
  for (const subject of [
    {},
    { CN: '' },
    { CN: undefined },
    { CN: 'a*' },
    { CN: /a/ },
    { cn: 'a' },
    'CN=a',
    null,
    [],
    Symbol('notChecked'),
  ]) {
    expect([subject, made({ subject })]).toEqual([subject, 'ERR_OPTION_INVALID'])
  }
  for (const names of [
    {},
    { dns: '*.test' },
    { dns: 'a.test.' },
    { dns: 'a b' },
    { dns: '' },
    { uri: 'a' },
    { uri: 'https://*.test' },
    null,
    'a.test',
  ]) {
    expect([names, made({ subjectAlternativeName: names })]).toEqual([names, 'ERR_OPTION_INVALID'])
  }
  expect(made({ subjectAlternativeName: { email: 'a@b.test' } })).toBe('ERR_OPTION_UNKNOWN')
})

test('everything else is read as strictly', () => {
  expect(made({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] })).toBe('constructed')
  for (const usage of [[], ['clientAuth'], ['1'], ['1.02'], '1.3.6'])
    expect(made({ extendedKeyUsage: usage })).toBe('ERR_OPTION_INVALID')
  expect(made({ certificates: [leaf.pem + intermediate.pem] })).toBe('constructed')
  for (const certificates of [[], [''], leaf.pem, [leaf.text], [leaf.pem.repeat(6)]]) {
    expect(made({ certificates })).toBe('ERR_OPTION_INVALID')
  }
  expect(made({ x5u: { urls: ['https://a.test/chain.pem'], timeout: '10s' } })).toBe('constructed')
  for (const urls of [
    ['http://a.test'],
    ['a'],
    [''],
    ['https://u:p@a.test'],
    ['https://a.test/#a'],
    ['http://127.0.0.1/'],
  ]) {
    expect([urls, made({ x5u: { urls } })]).toEqual([urls, 'ERR_URL_REFUSED'])
  }
  for (const urls of [[], [1], 'https://a.test', [new URL('https://a.test')]])
    expect(made({ x5u: { urls } })).toBe('ERR_OPTION_INVALID')
  expect(made({ x5u: {} })).toBe('ERR_OPTION_MISSING')
  expect(made({ x5u: true })).toBe('ERR_OPTION_INVALID')
  expect(made({ x5u: { urls: ['https://a.test'], follow: true } })).toBe('ERR_OPTION_UNKNOWN')
  expect(made({ revocation: true })).toBe('ERR_OPTION_UNKNOWN')
})

test('an issuer has one chain, beside which there may be public keys and no secret', () => {
  const one = certificateChain(usual)
  const key = publicKey(publicKeyPem(), 'ES256', { kid: 'a' })
  expect(mistake(() => issuer('https://a.test', { keys: [one, key] }))).toBe('constructed')
  expect(mistake(() => issuer('https://a.test', { keys: [one, certificateChain(usual)] }))).toBe(
    'ERR_OPTIONS_CONTRADICT',
  )
  const secret = hmacSecret(randomBytes(32), 'HS256')
  expect(mistake(() => issuer('https://a.test', { keys: [one, secret as never] }))).toBe('ERR_OPTIONS_CONTRADICT')
  expect(mistake(() => issuer('https://a.test', { keys: { ...one } as never }))).toBe('ERR_OPTION_INVALID')
})
