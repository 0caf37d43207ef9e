import type { Level, Section } from './level.js'

/** The levels as Markdown, below a header. */
export function markdown(header: string, levels: readonly Level[]): string {
  return `${[header, ...levels.map(levelText)].join('\n\n')}\n`
}

function levelText({ title, sections }: Level): string {
  return [`## ${title}`, ...sections.map(sectionText)].join('\n\n')
}

function sectionText({ title, about, head, rows, differs = new Map() }: Section): string {
  const differences = [...new Set(differs.values())]
    .map((said) => `- ${[...differs].flatMap(([name, text]) => (text === said ? [name] : [])).join(', ')}: ${said}.`)
    .join('\n')
  return [
    `### ${title}`,
    about,
    ...(rows.length === 0 ? [] : [table(head, rows)]),
    ...(differences === '' ? [] : [`In what they differ:\n\n${differences}`]),
  ].join('\n\n')
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
