import { DependencyError, TokenRejectedError } from '@jwt-guard/core'
import express, { type Express, type Request, type Response } from 'express'
import { idOf, setPassword } from './accounts.js'
import { mine, tokens } from './tokens.js'

type Mail = (to: string, link: string) => void

/** Three routes: ask for a link, open it, use it. */
export function resetApp(url: string, mail: Mail): Express {
  const app = express()
  app.use(express.urlencoded({ extended: false, limit: '16kb' }))
  app.post('/forgot', (req, res) => askForLink(req, res, url, mail))
  app.get('/reset', openLink)
  app.post('/reset', (req, res) => useLink(req, res))
  return app
}

async function askForLink(req: Request, res: Response, url: string, mail: Mail): Promise<void> {
  const to = field(req, 'mail')
  const sub = idOf(to)
  if (sub !== undefined) mail(to, `${url}/reset?token=${await mine.issue(tokens.passwordReset, { sub })}`)
  // The same answer whether the address is known or not.
  res.status(202).send('If that is a customer, a mail is on its way.')
}

/** Mail scanners open every link, so that to open it must not use it up. Nothing is verified here: a form is shown. */
function openLink(req: Request, res: Response): void {
  const { token } = req.query
  // The token is in the address, and must not travel on from here.
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
  res.send(form(typeof token === 'string' ? token : ''))
}

async function useLink(req: Request, res: Response): Promise<void> {
  const password = field(req, 'password')
  // Before the token is spent: a password that is too short shall not cost a new link.
  if (password.length < 12) {
    res.status(422).send('A password has twelve characters or more.')
    return
  }
  try {
    const { claims } = await tokens.passwordReset.verify(field(req, 'token'))
    setPassword(claims.sub, password)
    res.send('Your password is changed.')
  } catch (error) {
    refuse(error, res)
  }
}

function refuse(error: unknown, res: Response): void {
  if (error instanceof TokenRejectedError) {
    res.status(400).send('This link is not valid, or not any more. Ask for another.')
  } else if (error instanceof DependencyError) {
    res.status(503).set('Retry-After', String(error.retryAfter)).send('Later, please.')
  } else throw error
}

function field(req: Request, name: string): string {
  const { [name]: value } = (req.body ?? {}) as Record<string, unknown>
  return typeof value === 'string' ? value : ''
}

function form(token: string): string {
  const value = token.replaceAll(/[^\w.-]/g, '') // what a token is made of, and HTML is not
  return `<form method="post"><input type="hidden" name="token" value="${value}">
    <input type="password" name="password"><button>Change it</button></form>`
}
