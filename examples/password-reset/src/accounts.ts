import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

interface Account {
  readonly id: string
  readonly mail: string
  salt: Buffer
  hash: Buffer
}

const accounts: Account[] = []

export function open(id: string, mail: string, password: string): void {
  accounts.push({ id, mail, ...hashed(password) })
}

export function idOf(mail: string): string | undefined {
  return accounts.find((account) => account.mail === mail)?.id
}

export function setPassword(id: string, password: string): void {
  const account = accounts.find((one) => one.id === id)
  if (account !== undefined) Object.assign(account, hashed(password))
}

export function isPassword(mail: string, password: string): boolean {
  const account = accounts.find((one) => one.mail === mail)
  return account !== undefined && timingSafeEqual(scryptSync(password, account.salt, 32), account.hash)
}

function hashed(password: string) {
  const salt = randomBytes(16)
  return { salt, hash: scryptSync(password, salt, 32) }
}
