import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isPassword, open } from './accounts.js'
import { resetApp } from './app.js'
import { advance } from './clock.js'
import { mine, tokens } from './tokens.js'

const ada = 'ada@example.com'
open('customer-1', ada, 'an old password')

/** The mails that were sent: the last link of each. */
const inbox = new Map<string, string>()
function mail(to: string, link: string): void {
  console.log(`             mail to ${to}: ${link.slice(0, 60)}…`)
  inbox.set(to, link)
}
const server = createServer()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
server.on('request', resetApp(url, mail))

async function post(path: string, fields: Record<string, string>): Promise<number> {
  const answer = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
  await answer.text()
  return answer.status
}
const ask = (mail: string) => post('/forgot', { mail })
const use = (token: string, password = 'a new password') => post('/reset', { token, password })
const linked = () => new URL(inbox.get(ada) ?? url).searchParams.get('token') ?? ''

async function openLink(): Promise<number> {
  const answer = await fetch(inbox.get(ada) ?? url)
  return (await answer.text()).includes(linked()) ? answer.status : 0
}

async function bothAtOnce(): Promise<string> {
  await ask(ada)
  const answers = await Promise.all([use(linked()), use(linked())])
  return answers.includes(200) && answers.includes(400) ? '200 and 400' : answers.join(' and ')
}

async function late(): Promise<number> {
  await ask(ada)
  advance(16 * 60)
  return use(linked())
}

const story: readonly (readonly [happens: string, act: () => unknown, answer: unknown])[] = [
  ['Ada asks for a link', () => ask(ada), 202],
  ['a stranger asks, and learns nothing', () => ask('nobody@example.com'), 202],
  ['her mail scanner opens the link', openLink, 200],
  ['Ada opens it', openLink, 200],
  ['her new password is too short', () => use(linked(), 'short'), 422],
  ['she changes it', () => use(linked()), 200],
  ['it is the new one now', () => isPassword(ada, 'a new password'), true],
  ['somebody who found the link uses it again', () => use(linked()), 400],
  ['a link is used twice at the same time', bothAtOnce, '200 and 400'],
  ['a link is used after a quarter of an hour', late, 400],
  [
    'a link of the newsletter is used',
    async () => use(await mine.issue(tokens.newsletter, { sub: 'customer-1' })),
    400,
  ],
  ['no link is used', () => use(''), 400],
]

let right = 0
for (const [happens, act, mustBe] of story) {
  const answer = await act()
  if (answer === mustBe) right++
  console.log(
    `${String(answer).padEnd(12)} ${happens}${answer === mustBe ? '' : `   WRONG: must be ${String(mustBe)}`}`,
  )
}
console.log(`${right} of ${story.length} answers were as they must be`)
if (right !== story.length) process.exitCode = 1
server.close()
server.closeAllConnections()
