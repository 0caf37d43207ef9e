/** A row of the catalogue of attacks, such as `HDR-05`. */
export type RowId = `${Group}-${number}`
export type Group = keyof typeof groups

/** The groups that are executable today: the file that executes them, and the numbers of their rows. */
export const groups = {
  CFG: { file: 'configuration.test.ts', rows: range(1, 54) },
  HDR: { file: 'header.test.ts', rows: range(1, 55) },
  SIG: { file: 'signature.test.ts', rows: range(1, 32) },
  ENC: { file: 'encryption.test.ts', rows: range(1, 22) },
  CLM: { file: 'claims.test.ts', rows: range(1, 70) },
  NET: { file: 'network.test.ts', rows: range(1, 35) },
  HTTP: { file: 'http.test.ts', rows: [...range(1, 8), ...range(16, 37)] },
  CRR: { file: 'replay.test.ts', rows: range(1, 19) },
} as const

/** Every row, by its id. */
export const rows: readonly RowId[] = Object.entries(groups).flatMap(([group, { rows }]) =>
  rows.map((number) => `${group}-${String(number).padStart(2, '0')}` as RowId),
)

/** Groups of which no row is counted here, and the feature that they come with. */
export const laterGroups: Readonly<Record<string, string>> = {
  POP: 'sender constraint: a token with cnf is refused (ERR_TOKEN_BOUND)',
  'HTTP-09..15': 'tokens in queries, forms and cookies: there is no such option',
}

/** Rows that are not executed, each with the reason. A row that is executed has to go from this list. */
export const outstanding: Readonly<Partial<Record<RowId, string>>> = {
  'CFG-41': 'tokens in a query string: there is no such option',
  'CFG-42': 'tokens in a cookie: there is no such option',
  'CFG-43': 'forwarded headers: nothing reads them',
  'CFG-44': 'comes with DPoP',
  'CFG-45': 'comes with DPoP; single use without a store cannot be written',
  'CFG-50': 'everyRoute of the Nest module is deny by default and tested there; Express and Koa guard what is mounted',

  'CLM-25': 'whether a subject is a person or a client is documented as not checked',

  'HTTP-18': 'Host is read by nothing: it comes with DPoP, whose htu names it',
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
