/** What oidc-provider says on the console of every program that runs it outside production. Anything else is shown. */
const known = [
  'oidc-provider WARNING: Unsupported runtime.',
  'oidc-provider WARNING: a quick start development-only in-memory adapter is used',
]

/** Runs something without those notices. */
export async function withoutKnownNotices<T>(run: () => T | Promise<T>): Promise<T> {
  const { warn } = console
  console.warn = (...said: unknown[]) => {
    if (!known.some((notice) => String(said[0]).includes(notice))) warn(...said)
  }
  try {
    return await run()
  } finally {
    console.warn = warn
  }
}
