import { expect, test } from 'vitest'
import { authorityExtensions, ecKeys, extension, selfSigned } from './certificate-authority.js'
import { certifiedWorld, good, intermediate, leaf, leafExtensions, leafWith, root } from './certificate-world.js'

const world = certifiedWorld()

test('a chain from the leaf to an anchor is accepted, with the anchor or without it', async () => {
  expect(await world.chain(...good)).toBe('accepted')
  expect(await world.chain(...good, root)).toBe('accepted')
  expect(await world.chain(root.issue({ extensions: leafExtensions }))).toBe('accepted')
})
