import { randomUUID } from 'node:crypto'

const nonces = new Map<string, string>()

/** Keeps the nonce of a login that was started, and gives the cookie by which the browser will be known again. */
export function rememberLogin(nonce: string): string {
  const id = randomUUID()
  nonces.set(id, nonce)
  return `login=${id}`
}

/** The nonce of the login that a browser started. Who started none is given one that no ID token holds. */
export function nonceOfLogin(cookie: string | undefined): string {
  const [, id = ''] = /(?:^|; )login=([^;]*)/.exec(cookie ?? '') ?? []
  return nonces.get(id) ?? randomUUID()
}
