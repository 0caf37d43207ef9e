/** Milliseconds of real time that a function of the application has for its answer: none keeps a request waiting for ever. */
export const answerDeadline = 5000

/** What `ask` answers, or a rejection when it throws or takes too long. */
export async function answerInTime<T>(ask: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), answerDeadline)
  })
  try {
    return await Promise.race([ask(), late])
  } finally {
    // Left running after a throw, it would reject with nobody listening, which ends the process.
    clearTimeout(timer)
  }
}
