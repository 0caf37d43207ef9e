import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

export interface SourceFile {
  /** Below the package's `src`, with slashes. */
  readonly path: string
  readonly text: string
  /** What it imports, types included: a file of the same package by its path, anything else as it is written. */
  readonly imports: readonly string[]
}

/** The source files of one package. */
export function sourcesOf(name: string): readonly SourceFile[] {
  const folder = join(root, 'packages', name, 'src')
  return filesBelow(folder).map((file) => {
    const text = readFileSync(file, 'utf8')
    const imports = [...text.matchAll(/^(?:import|export)\b[^'`"]*from '([^']+)'/gm)].map((match) =>
      target(match[1] ?? '', file, folder),
    )
    return { path: relative(folder, file).replaceAll(sep, '/'), text, imports }
  })
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function target(specifier: string, file: string, folder: string): string {
  if (!specifier.startsWith('.')) return specifier
  const path = normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts')
  return relative(folder, path).replaceAll(sep, '/')
}

/** The room of a file: its folder, or its own name where it stands at the top. */
export function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path
}

/** A way from a file back to itself, or undefined where there is no circle. */
export function circleIn(files: readonly SourceFile[]): readonly string[] | undefined {
  const imports = new Map(files.map((file) => [file.path, file.imports]))
  const done = new Set<string>()
  const walk = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const next of imports.get(path) ?? []) {
      const circle = walk(next, [...way, path])
      if (circle !== undefined) return circle
    }
    done.add(path)
    return undefined
  }
  return files.map((file) => walk(file.path, [])).find((circle) => circle !== undefined)
}
