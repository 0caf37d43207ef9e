// Takes every TypeScript block out of the READMEs, so that `tsc` compiles what readers paste.
// A block is a module of its own; `// <name>.ts` in its first line names it, and others may import it as './<name>.js'.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const blocks = join(here, 'blocks')

const readmes = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !/node_modules|[/\\]dist[/\\]|coverage|[/\\]results[/\\]/.test(file))

rmSync(blocks, { recursive: true, force: true })
let count = 0
for (const readme of readmes) {
  const folder = join(blocks, relative(root, readme).replaceAll(/[/\\]/g, '-').replace('.md', ''))
  const found = [...readFileSync(readme, 'utf8').matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)]
  for (const [index, [, code]] of found.entries()) {
    mkdirSync(folder, { recursive: true })
    const name = /^\/\/ ([\w-]+)\.ts/.exec(code)?.[1] ?? `block-${index + 1}`
    writeFileSync(join(folder, `${name}.ts`), `${code}\nexport {}\n`)
    count++
  }
}
console.log(`${count} code blocks of ${readmes.length} documents`)
