import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'

const root = fileURLToPath(new URL('../../', import.meta.url))
const lock = join(root, 'node_modules/.jwt-guard-build')

/** Builds projects, as paths below the repository, and core's one file. One test file at a time: two builds would write one file at once. */
export async function build(...projects: readonly string[]): Promise<void> {
  while (!taken()) await wait(50)
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-b', ...projects.map((project) => join(root, project))])
    if (isBundled()) return
    const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')
    execFileSync(process.execPath, [rolldown, '-c', '--log-level', 'silent'], { cwd: root })
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Whether core's file is as new as what it is made of: to write it again would be beside whoever reads it. */
function isBundled(): boolean {
  const made = changed('packages/core/dist/index.js')
  const sources = readdirSync(join(root, 'packages/core/src'), { recursive: true, encoding: 'utf8' })
  const parts = ['rolldown.config.js', ...sources.map((name) => `packages/core/src/${name}`)]
  return parts.every((part) => changed(part) < made)
}

function changed(file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? -Infinity
}

function taken(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    // Left behind by a run that was killed.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > 120_000) rmSync(lock, { recursive: true, force: true })
    return false
  }
}
