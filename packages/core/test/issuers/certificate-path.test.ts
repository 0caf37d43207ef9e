import { generateKeyPairSync } from 'node:crypto'
import { notChecked } from '@jwt-guard/core'
import { fixedClock } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import {
  authorityExtensions,
  ecKeys,
  extension,
  selfSigned,
  type Certified,
  type Request,
} from './certificate-authority.js'
import { certifiedWorld, good, intermediate, leaf, leafExtensions, leafWith, root } from './certificate-world.js'

const world = certifiedWorld()
const authorityBy = (issuer: Certified, request: Request = {}) => {
  return issuer.issue({ name: [['CN', 'authority']], extensions: authorityExtensions, ...request })
}
const leafBy = (issuer: Certified) => issuer.issue({ extensions: leafExtensions })

test('a chain from the leaf to an anchor is accepted, with the anchor or without it, however long up to five', async () => {
  expect(await world.chain(...good)).toBe('accepted')
  expect(await world.chain(...good, root)).toBe('accepted')
  expect(await world.chain(leafBy(root))).toBe('accepted')
  const authorities = [root]
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const [last = root] = authorities
    authorities.unshift(authorityBy(last, { name: [['CN', name]] }))
  }
  const [, fourth = root, ...rest] = authorities
  expect(await world.chain(leafBy(fourth), fourth, ...rest.slice(0, -1))).toBe('accepted')
  const [fifth = root, ...others] = authorities
  expect(await world.chain(leafBy(fifth), fifth, ...others.slice(0, -1))).toBe('ERR_CERTIFICATE_INVALID')
})

test('a chain ends at the first anchor in it, whatever comes behind', async () => {
  const { chain } = certifiedWorld({ trustAnchors: intermediate.pem })
  expect(await chain(...good)).toBe('accepted')
  expect(await chain(...good, root)).toBe('accepted')
  expect(await chain(...good, selfSigned())).toBe('accepted')
  expect(await chain(...good, { ...root, text: 'anything' })).toBe('accepted')
  expect(await chain(leaf, root)).toBe('ERR_CERTIFICATE_INVALID')
})

test('of anchors with one name and key any that holds will do', async () => {
  const [from, until] = [1_700_000_000, 1_750_000_000]
  const past = selfSigned({ keys: root, from, until })
  expect(await certifiedWorld({ trustAnchors: past.pem }).chain(...good)).toBe('ERR_CERTIFICATE_EXPIRED')
  expect(await certifiedWorld({ trustAnchors: past.pem + root.pem }).chain(...good)).toBe('accepted')
  expect(await certifiedWorld({ trustAnchors: [root.pem, past.pem] }).chain(...good)).toBe('accepted')
})

describe('a chain that does not lead to an anchor is refused', () => {
  const otherRoot = selfSigned()
  const stranger = selfSigned({ name: [['CN', 'intermediate']] })
  const signedByLeaf = leaf.issue({ extensions: leafExtensions })
  const sameNameAndIds = selfSigned({ name: [['CN', 'root']], keys: ecKeys() })
  const forgedIntermediate = authorityBy(sameNameAndIds, { name: [['CN', 'intermediate']] })

  test.each<[string, readonly Certified[]]>([
    ['another root', [otherRoot.issue({ extensions: leafExtensions })]],
    ['another root, which it brings along', [otherRoot.issue({ extensions: leafExtensions }), otherRoot]],
    ['a self-signed leaf', [selfSigned({ name: [['CN', 'client-1']], extensions: leafExtensions })]],
    ['the anchor itself', [root]],
    ['a missing intermediate', [leaf]],
    ['a missing intermediate, with the anchor', [leaf, root]],
    ['certificates in another order', [leaf, root, intermediate]],
    ['an intermediate of the right name and another key', [leaf, stranger]],
    [
      'an intermediate of the right name, by a root of the right name',
      [leafBy(forgedIntermediate), forgedIntermediate],
    ],
    ['a certificate between that has nothing to do with it', [leaf, authorityBy(root), intermediate]],
    ['a certificate that only a leaf signed, where the leaf is not for that', [signedByLeaf, leaf, intermediate]],
  ])('%s', async (_, chain) => {
    expect(await world.why(...chain)).toMatch(/^ERR_CERTIFICATE_INVALID: .*from certificate to certificate/)
  })
})

describe('an authority has to be one', () => {
  const intermediateWith = (request: Request) => authorityBy(root, request)
  const pkijs = /^ERR_CERTIFICATE_INVALID: .*pkijs does not validate/
  const unlinked = /^ERR_CERTIFICATE_INVALID: .*from certificate to certificate/

  test.each<[string, Request, RegExp]>([
    ['without basic constraints', { extensions: [] }, pkijs],
    ['that says it is none', { extensions: [extension.noAuthority] }, pkijs],
    [
      'that is none and may sign certificates',
      { extensions: [extension.noAuthority, extension.keyUsage(0x04)] },
      pkijs,
    ],
    ['that may not sign certificates', { extensions: [extension.authority(), extension.keyUsage(0x80)] }, unlinked],
    ['of version 1', { extensions: [], version: 1 }, pkijs],
  ])('one %s is refused', async (_, request, reason) => {
    const authority = intermediateWith(request)
    expect(await world.why(leafBy(authority), authority)).toMatch(reason)
  })

  test('one without key usage may sign certificates', async () => {
    const authority = intermediateWith({ extensions: [extension.authority()] })
    expect(await world.chain(leafBy(authority), authority)).toBe('accepted')
  })
})

describe('a path is not longer than an authority allows', () => {
  const withLength = (pathLength: number) => {
    return authorityBy(root, { extensions: [extension.authority(pathLength), extension.keyUsage(0x04)] })
  }
  test('by an authority on the way', async () => {
    const none = withLength(0)
    expect(await world.chain(leafBy(none), none)).toBe('accepted')
    const below = authorityBy(none, { name: [['CN', 'below']] })
    expect(await world.why(leafBy(below), below, none)).toMatch(/path is longer/)
    const one = withLength(1)
    const first = authorityBy(one, { name: [['CN', 'first']] })
    expect(await world.chain(leafBy(first), first, one)).toBe('accepted')
    const second = authorityBy(first, { name: [['CN', 'second']] })
    expect(await world.why(leafBy(second), second, first, one)).toMatch(/path is longer/)
  })

  test('however it is written', async () => {
    for (const length of ['0209010000000000000000', '0201ff', '020200ff']) {
      const bytes = Buffer.concat([Buffer.from('0101ff', 'hex'), Buffer.from(length, 'hex')])
      const constraints = Buffer.concat([Buffer.from([0x30, bytes.length]), bytes])
      const authority = authorityBy(root, { extensions: [['2.5.29.19', constraints, true]] })
      expect(await world.chain(leafBy(authority), authority)).toBe(
        length === '020200ff' ? 'accepted' : 'ERR_CERTIFICATE_INVALID',
      )
    }
  })

  test('by the anchor', async () => {
    const anchor = selfSigned({ extensions: [extension.authority(0), extension.keyUsage(0x04)] })
    const { chain, why } = certifiedWorld({ trustAnchors: anchor.pem })
    expect(await chain(leafBy(anchor))).toBe('accepted')
    const below = authorityBy(anchor)
    expect(await why(leafBy(below), below)).toMatch(/path is longer/)
  })
})

describe('dates are those of the injected clock, for every certificate', () => {
  const [from, until] = [1_799_000_000, 1_801_000_000]
  const chains: Readonly<Record<string, readonly Certified[]>> = {
    leaf: [leafWith({ from, until }), intermediate],
    authority: (([authority]) => [leafBy(authority), authority])([authorityBy(root, { from, until })] as const),
  }
  const shortRoot = selfSigned({ from, until })

  test.each(Object.entries(chains))('of the %s', async (_, chain) => {
    const at = (seconds: number) => certifiedWorld({}, fixedClock(seconds)).chain(...chain)
    expect(await at(from - 1)).toBe('ERR_CERTIFICATE_EXPIRED')
    expect(await at(from)).toBe('accepted')
    expect(await at(until)).toBe('accepted')
    expect(await at(until + 1)).toBe('ERR_CERTIFICATE_EXPIRED')
  })

  test('of the anchor', async () => {
    const at = (seconds: number) => {
      return certifiedWorld({ trustAnchors: shortRoot.pem }, fixedClock(seconds)).chain(leafBy(shortRoot))
    }
    expect(await at(from - 1)).toBe('ERR_CERTIFICATE_EXPIRED')
    expect(await at(from)).toBe('accepted')
    expect(await at(until + 1)).toBe('ERR_CERTIFICATE_EXPIRED')
  })
})

describe('the leaf', () => {
  test.each<[string, Request, string]>([
    ['with key usage for keys alone is refused', { extensions: [extension.keyUsage(0x20)] }, 'not for signatures'],
    ['with key usage of no bit is refused', { extensions: [extension.keyUsage(0)] }, 'from certificate to certificate'],
    ['that is an authority is refused', { extensions: authorityExtensions }, 'that of an authority'],
    ['of version 1 is refused', { extensions: [], version: 1 }, 'not of version 3'],
    ['with an unknown critical extension is refused', { extensions: [extension.unknown(true)] }, 'not understood'],
    [
      'with a critical purpose, where none is asked for, is refused',
      { extensions: [extension.purposes(['1.3.6.1.5.5.7.3.1'], true)] },
      'not understood',
    ],
    [
      'with one extension twice is refused',
      { extensions: [extension.unknown(false), extension.unknown(false)] },
      'is there twice',
    ],
    ['with policies that cannot be read is refused', { extensions: [extension.unreadablePolicies] }, 'cannot be read'],
    ['with name constraints is refused', { extensions: [extension.permitted('test')] }, 'name or policy constraints'],
  ])('%s', async (_, request, reason) => {
    const why = await world.why(leafWith(request), intermediate)
    expect(why).toContain('ERR_CERTIFICATE_INVALID')
    expect(why).toContain(reason)
  })

  test.each<[string, Request]>([
    ['without any extension', { extensions: [] }],
    ['with key usage for signatures among others', { extensions: [extension.keyUsage(0xa0)] }],
    ['with an unknown extension that is not critical', { extensions: [extension.unknown(false)] }],
    ['with a purpose that nobody asks for', { extensions: [extension.purposes(['1.3.6.1.5.5.7.3.1'])] }],
  ])('%s is accepted', async (_, request) => {
    expect(await world.chain(leafWith({ extensions: [], version: 3, ...request }), intermediate)).toBe('accepted')
  })
})

test('a chain with name constraints is refused, critical or not, even where they are kept', async () => {
  for (const constraint of [extension.permitted('test'), extension.permitted('test', false)]) {
    const authority = authorityBy(root, { extensions: [...authorityExtensions, constraint] })
    expect(await world.why(leafBy(authority), authority)).toMatch(/name or policy constraints/)
  }
  const anchor = selfSigned({ extensions: [...authorityExtensions, extension.permitted('test')] })
  expect(await certifiedWorld({ trustAnchors: anchor.pem }).why(leafBy(anchor))).toMatch(/name or policy constraints/)
})

test('a critical extension of an authority has to be understood', async () => {
  const authority = authorityBy(root, { extensions: [...authorityExtensions, extension.unknown(true)] })
  expect(await world.why(leafBy(authority), authority)).toMatch(/not understood|pkijs/)
})

describe('purposes are asked for', () => {
  const purpose = '1.3.6.1.4.1.99999.1'
  const { why, chain } = certifiedWorld({ extendedKeyUsage: [purpose] })
  const withPurposes = (...ids: string[]) => leafWith({ extensions: [extension.purposes(ids, true)] })

  test('of the leaf, by their names', async () => {
    expect(await chain(withPurposes(purpose, '1.3.6.1.5.5.7.3.1'), intermediate)).toBe('accepted')
    expect(await why(leaf, intermediate)).toMatch(/key is not for the purpose/)
    expect(await why(withPurposes('1.3.6.1.5.5.7.3.1'), intermediate)).toMatch(/key is not for the purpose/)
    expect(await why(withPurposes('2.5.29.37.0'), intermediate)).toMatch(/key is not for the purpose/)
  })

  test('of an authority that has any', async () => {
    const by = (...ids: string[]) => {
      const authority = authorityBy(root, { extensions: [...authorityExtensions, extension.purposes(ids)] })
      return [authority.issue({ extensions: [extension.purposes([purpose])] }), authority] as const
    }
    expect(await chain(...by(purpose))).toBe('accepted')
    expect(await chain(...by('2.5.29.37.0'))).toBe('accepted')
    expect(await why(...by('1.3.6.1.5.5.7.3.1'))).toMatch(/authority is not for the purpose/)
  })
})

describe('signatures of certificates', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsaRoot = selfSigned({ keys: rsa, algorithm: 'RS256' })

  test('by RSA and ECDSA with SHA-256 are accepted, by SHA-1 refused', async () => {
    const { chain, why } = certifiedWorld({ trustAnchors: rsaRoot.pem })
    expect(await chain(rsaRoot.issue({ algorithm: 'RS256' }))).toBe('accepted')
    expect(await why(rsaRoot.issue({ algorithm: 'RS1' }))).toMatch(/weak or unknown/)
    expect(await world.why(leafWith({ algorithm: 'ES1' }), intermediate)).toMatch(/weak or unknown/)
    const authority = authorityBy(root, { algorithm: 'ES1' })
    expect(await world.why(leafBy(authority), authority)).toMatch(/weak or unknown/)
  })

  test('of the anchor itself are not looked at', async () => {
    const anchor = selfSigned({ algorithm: 'ES1' })
    expect(await certifiedWorld({ trustAnchors: anchor.pem }).chain(leafBy(anchor))).toBe('accepted')
  })

  test('that say another algorithm inside than outside are refused', async () => {
    expect(await world.why(leafWith({ innerAlgorithm: 'ES1' }), intermediate)).toMatch(
      /from certificate to certificate/,
    )
  })
})

describe('keys', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const forgeable = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })

  test.each([
    ['an RSA key of 1024 bits', small, 'RS256', /ERR_CERTIFICATE_INVALID: .*1024 bits/],
    ['an RSA key with the exponent 3', forgeable, 'RS256', /ERR_CERTIFICATE_INVALID: .*exponent/],
    [
      'a key for RSA-PSS alone',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      'RS256',
      /INVALID: .*fits none/,
    ],
    ['an EC key of another curve', ecKeys('secp256k1'), 'ES256', /ERR_CERTIFICATE_INVALID: .*fits none/],
    [
      'an Ed25519 key that nobody asked for',
      generateKeyPairSync('ed25519'),
      'ES256',
      /ERR_CERTIFICATE_INVALID: .*fits none/,
    ],
  ] as const)('%s is refused in a leaf', async (_, keys, __, reason) => {
    const { access, signedBy } = certifiedWorld({ algorithms: ['RS256', 'ES256'] })
    const weak = leafWith({ keys: { publicKey: keys.publicKey, privateKey: keys.privateKey } })
    const text = signedBy(leaf, { x5c: [weak.text, intermediate.text] })
    const { code, steps } = await access.explain(text)
    expect(`${code}: ${steps.find(({ outcome }) => outcome === 'failed')?.detail}`).toMatch(reason)
  })

  test('a weak key is refused in an authority', async () => {
    const authority = authorityBy(root, { keys: small })
    expect(await world.why(authority.issue({ algorithm: 'RS256' }), authority)).toMatch(/1024 bits/)
  })

  test('each kind of key has its one algorithm', async () => {
    const { token, verdict, signedBy } = certifiedWorld({
      algorithms: ['PS256', 'ES384', 'Ed25519'],
      subject: notChecked,
    })
    const rsa = leafWith({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) })
    const ec = leafWith({ keys: ecKeys('P-384') })
    const edwards = leafWith({ keys: generateKeyPairSync('ed25519') })
    expect(await verdict(token([rsa, intermediate], { algorithm: 'PS256' }))).toBe('accepted')
    expect(await verdict(token([ec, intermediate], { algorithm: 'ES384' }))).toBe('accepted')
    expect(await verdict(token([edwards, intermediate], { algorithm: 'Ed25519' }))).toBe('accepted')
    expect(await verdict(token([rsa, intermediate], { algorithm: 'RS256' }))).toBe('ERR_ALGORITHM_MISMATCH')
    expect(await verdict(token([edwards, intermediate], { algorithm: 'EdDSA' }))).toBe('ERR_ALGORITHM_MISMATCH')
    const x5c = [rsa.text, intermediate.text]
    expect(await verdict(signedBy(ec, { x5c }, { algorithm: 'ES384' }))).toBe('ERR_ALGORITHM_MISMATCH')
  })

  test('a signature by another key than the leaf is refused', async () => {
    const { signedBy, verdict } = world
    const x5c = [leaf.text, intermediate.text]
    for (const key of [intermediate, root, leafBy(intermediate)]) {
      expect(await verdict(signedBy(key, { x5c }))).toBe('ERR_SIGNATURE_INVALID')
    }
  })
})
