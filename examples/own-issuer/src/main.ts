import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api } from './api.js'
import { authService } from './auth-service.js'
import { advance } from './clock.js'

interface Pair {
  readonly access_token: string
  readonly refresh_token: string
}

const [authServer, apiServer] = [createServer(), createServer()]
const [authUrl, apiUrl] = [await listening(authServer), await listening(apiServer)]
const { app: auth, mine } = authService(authUrl, apiUrl)
const [authHandler, apiHandler] = [auth.callback(), api(authUrl, apiUrl).callback()]
authServer.on('request', (req, res) => void authHandler(req, res))
apiServer.on('request', (req, res) => void apiHandler(req, res))

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What the client holds at present, and what somebody has stolen from it. */
let held: Pair = { access_token: '', refresh_token: '' }
let stolen = held

async function post(path: string, fields: Record<string, string>): Promise<number> {
  const answer = await fetch(`${authUrl}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
  const body: unknown = await answer.json()
  if (answer.ok) held = body as Pair
  return answer.status
}
const logIn = (password: string) => post('/login', { user: 'ada', password })
const refresh = (token = held.refresh_token) => post('/refresh', { refresh_token: token })

async function ask(token = held.access_token): Promise<number> {
  const answer = await fetch(apiUrl, { headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  return answer.status
}

function rotate(): Promise<number> {
  mine.rotate()
  return ask()
}

async function refreshOnce(): Promise<number> {
  stolen = held
  return refresh()
}

function later(seconds: number, act: () => Promise<number>): Promise<number> {
  advance(seconds)
  return act()
}

const story: readonly (readonly [happens: string, act: () => Promise<number>, answer: number])[] = [
  ['Ada logs in with a wrong password', () => logIn('wrong'), 400],
  ['Ada logs in', () => logIn('correct horse battery'), 200],
  ['her access token at the other service', ask, 200],
  ['her refresh token there', () => ask(held.refresh_token), 401],
  ['her access token for a refresh', () => refresh(held.access_token), 400],
  ['the keys are rotated: her access token of before', rotate, 200],
  ['her refresh token of before, for a new pair', refreshOnce, 200],
  ['the new access token, by the new key', ask, 200],
  ['somebody who stole the used refresh token', () => refresh(stolen.refresh_token), 400],
  ['the keys are rotated again', rotate, 200],
  ['five minutes later: her access token', () => later(331, ask), 401],
  ['a new pair, ten days later', () => later(10 * 86400, refresh), 200],
  ['its access token, by the third key', ask, 200],
  ['31 days without a refresh', () => later(31 * 86400, refresh), 400],
]

let right = 0
for (const [happens, act, mustBe] of story) {
  const answer = await act()
  if (answer === mustBe) right++
  console.log(`${answer}  ${happens}${answer === mustBe ? '' : `   WRONG: must be ${mustBe}`}`)
}
console.log(`${right} of ${story.length} answers were as they must be`)
if (right !== story.length) process.exitCode = 1
for (const server of [authServer, apiServer]) {
  server.close()
  server.closeAllConnections()
}
