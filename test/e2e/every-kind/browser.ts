/** A browser of the plainest kind: it keeps cookies, follows redirects, and stops where nobody listens. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  constructor(private readonly leavesFor: string) {}

  /** Goes there, by POST where there is a form: where it ends up, and what it sees. */
  async visit(start: URL, form?: URLSearchParams): Promise<{ readonly at: URL; readonly page: string }> {
    let [at, body] = [start, form]
    for (let hops = 0; hops < 10; hops++) {
      if (at.href.startsWith(this.leavesFor)) return { at, page: '' }
      const response = await this.#ask(at, body)
      const next = response.headers.get('location')
      if (next === null) return { at, page: await response.text() }
      at = new URL(next, at)
      body = undefined
    }
    throw new Error('redirected for ever')
  }

  async #ask(at: URL, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ')
    const post = form === undefined ? {} : { method: 'POST', body: form }
    const response = await fetch(at, { redirect: 'manual', headers: { cookie }, ...post })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value)
    }
    return response
  }
}
