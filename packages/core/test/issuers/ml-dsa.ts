import { generateKeyPairSync } from 'node:crypto'

/** Whether this Node.js has ML-DSA: from 24.6 on. Asked of Node itself, not of the library. */
export const hasMlDsa = succeeds(() => generateKeyPairSync('ml-dsa-44' as 'ed25519'))

function succeeds(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
