import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Packages by name, and which version of each was at work. */
export type Versions = ReadonlyMap<string, string>

/**
 * The packages whose code called the caller, with their versions: read off the stack, so that what is told is what ran
 * and not what a specifier would resolve to. For a caller that nothing asynchronous stands before.
 */
export function versionsOnStack(): Versions {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 200
  const { stack = '' } = new Error('where am I')
  Error.stackTraceLimit = limit
  const files = stack.matchAll(/((?:file:\/\/)?\/[^\s()]*\/node_modules\/[^\s()]*?):\d+:\d+/g)
  return new Map([...files].map(([, file = '']) => packageOf(file.startsWith('file:') ? fileURLToPath(file) : file)))
}

function packageOf(path: string): readonly [string, string] {
  const folder = dirname(path)
  const manifest = join(folder, 'package.json')
  const { name, version } = (existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {}) as {
    readonly name?: string
    readonly version?: string
  }
  return name !== undefined && version !== undefined ? [name, version] : packageOf(folder)
}
