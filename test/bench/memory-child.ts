// A process of its own, since what is remembered is remembered by the process.
import { defineTokens, accessToken } from '@jwt-guard/core'
import { asynchronous, freshly } from './measure.js'
import type { MemoryOrder } from './memory-process.js'
import { audience, issuerOf, tokenOf, tokensOf } from './tokens.js'

const issuer = issuerOf('HS256')
const tokens = defineTokens({ access: accessToken({ issuer: issuer.issuer, audience }) })
const { time } = asynchronous({ name: '', alg: 'HS256', differs: '' }, tokens.access.verify)
const warm = tokensOf(issuer, 'HS256', 500)

/** Verifies so many tokens, and keeps none. */
async function fill(count: number, times: number): Promise<number> {
  for (let at = 0; at < count; at++) {
    const token = tokenOf(issuer, 'HS256')
    for (let time = 0; time < times; time++) await tokens.access.verify(freshly(token))
  }
  return 0
}

function heap(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function obey({ task, count }: MemoryOrder): Promise<number> {
  if (task === 'fill') return fill(count, 1)
  if (task === 'fill twice') return fill(count, 2)
  if (task === 'cold') return time(tokensOf(issuer, 'HS256', count))
  if (task === 'warm') return time(warm)
  return task === 'heap' ? heap() : tokenOf(issuer, 'HS256').length
}

process.on('message', (message) => {
  void obey(message as MemoryOrder).then((answer) => process.send?.(answer))
})
process.send?.(0)
