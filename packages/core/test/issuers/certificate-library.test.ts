import { DependencyError } from '@jwt-guard/core'
import { expect, test } from 'vitest'
import { certificateLibrary, validated } from '../../src/issuers/certificate-library.js'
import { authorityExtensions, selfSigned } from './certificate-authority.js'
import { good, root } from './certificate-world.js'

const missing = () => Promise.reject(new Error("Cannot find package 'pkijs'"))

test('a library that is not there, or is another one, is a dependency that is away, and says how to get it', async () => {
  for (const load of [missing, async () => ({}), async () => null, async () => ({ Certificate: 1 })]) {
    const failure: unknown = await certificateLibrary(load).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DependencyError)
    expect(failure).toMatchObject({
      code: 'ERR_CERTIFICATES_UNAVAILABLE',
      message: expect.stringContaining('npm install pkijs@4'),
    })
  }
  expect(await certificateLibrary()).toHaveProperty('Certificate')
  expect(await certificateLibrary(missing)).toHaveProperty('Certificate')
})

const now = 1_800_000_000
const ders = (...certificates: readonly { readonly der: Buffer }[]) => certificates.map(({ der }) => der)

test('a path is validated as it is given, and no other is looked for', async () => {
  expect(await validated(ders(...good, root), now)).toHaveLength(3)
  const [leaf, intermediate] = good
  expect(await validated(ders(leaf, root), now)).toBe('invalid')
  expect(await validated(ders(leaf, root, intermediate), now)).toBe('invalid')
  expect(await validated(ders(leaf, intermediate), now)).toHaveLength(2)
  expect(await validated(ders(...good, selfSigned()), now)).toBe('invalid')
  expect(await validated(ders(...good, root), 1)).toBe('expired')
  for (const path of [[], ders(root), [Buffer.alloc(0)], [Buffer.from('x'), root.der], ders(root, root)]) {
    expect(await validated(path, now)).toBe('invalid')
  }
})

test('certificates that certify one another are not followed', async () => {
  const a = selfSigned({ name: [['CN', 'a']] })
  const b = selfSigned({ name: [['CN', 'b']] })
  const aByB = b.issue({ name: [['CN', 'a']], keys: a, extensions: authorityExtensions })
  const bByA = a.issue({ name: [['CN', 'b']], keys: b, extensions: authorityExtensions })
  expect(await validated(ders(a.issue(), aByB, bByA, root), now)).toBe('invalid')
})
