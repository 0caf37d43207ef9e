import { signedByForger } from './forgeries.js'
import type { InHand } from './in-hand.js'
import type { Running } from './serve.js'

/** Lines for a shell, while everything is left running: the tokens, and requests with them. */
export function linesToTry(apis: ReadonlyMap<string, Running>, { access, id }: InHand): string {
  const requests = [...apis].map(([framework, { url }]) =>
    [
      `# ${framework}: a good token, none, a forged one, the proof of a login, and a permission that it does not give`,
      `curl -i ${url}/reports -H "Authorization: Bearer $GOOD"`,
      `curl -i ${url}/reports`,
      `curl -i ${url}/reports -H "Authorization: Bearer $FORGED"`,
      `curl -i ${url}/reports -H "Authorization: Bearer $LOGIN"`,
      `curl -i ${url}/reports -X POST -H "Authorization: Bearer $GOOD"`,
    ].join('\n'),
  )
  const variables = `GOOD=${access}\nFORGED=${signedByForger(access)}\nLOGIN=${id}`
  return `\nThe three APIs and the authorization server are left running; Ctrl-C stops them. The tokens are good for an hour. To try in another shell:\n\n${[variables, ...requests].join('\n\n')}\n`
}
