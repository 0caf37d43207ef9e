import { FetchFailure, fetchJson, urlRefusal } from './https-json.js'
import type { KeyLocation } from './key-location.js'

export interface Discovery {
  /** The issuer id, which is an http(s) URL. */
  readonly issuer: string
  readonly keyHosts: readonly string[]
  readonly allowInsecureLoopback: boolean
}

/** Milliseconds. */
const rememberedFor = 3600_000

/**
 * Where the metadata says that the keys are. Remembered for an hour, so that a refresh is one request; looked up anew
 * after a failed fetch, and when a key is sought that the set does not have, since the keys may have moved.
 */
export class DiscoveredLocation implements KeyLocation {
  readonly #discovery: Discovery
  #known: { readonly url: URL; readonly since: number } | undefined

  constructor(discovery: Discovery) {
    this.#discovery = discovery
  }

  async find(now: number, deadline: AbortSignal): Promise<URL> {
    if (this.#known !== undefined && now - this.#known.since < rememberedFor) return this.#known.url
    const url = await discoverKeys(this.#discovery, deadline)
    this.#known = { url, since: now }
    return url
  }

  forget(): void {
    this.#known = undefined
  }
}

/**
 * Where an issuer's keys are, by its metadata: RFC 8414 §3.1 (well-known between host and path), then OpenID Connect
 * Discovery §4.1 (after the path). The metadata's `issuer` has to equal the id exactly (RFC 8414 §3.3), and its
 * `jwks_uri` has to be on the issuer's own host or on one of `keyHosts`. So a host that metadata alone names is never
 * connected to or looked up, and where the others resolve to is for the operator, who wrote them down (RFC 8725 §3.10).
 */
async function discoverKeys(discovery: Discovery, deadline: AbortSignal): Promise<URL> {
  const { json: metadata } = await fetchMetadata(new URL(discovery.issuer), deadline)
  if (metadata['issuer'] !== discovery.issuer) {
    throw new FetchFailure('the metadata is that of another issuer: its "issuer" differs from the id')
  }
  const location = metadata['jwks_uri']
  if (typeof location !== 'string' || !URL.canParse(location)) throw new FetchFailure('the metadata has no jwks_uri')
  const url = new URL(location)
  const wrong = urlRefusal(url, discovery.allowInsecureLoopback)
  if (wrong !== undefined) throw new FetchFailure(`the jwks_uri ${wrong}`)
  if (url.host !== new URL(discovery.issuer).host && !discovery.keyHosts.includes(url.host)) {
    throw new FetchFailure('the jwks_uri is on another host than the issuer: name that host in keyHosts')
  }
  return url
}

async function fetchMetadata(issuer: URL, deadline: AbortSignal) {
  try {
    return await fetchJson(wellKnown(issuer, 'oauth-authorization-server'), deadline)
  } catch (error) {
    if (!(error instanceof FetchFailure) || error.cause !== undefined) throw error
    return await fetchJson(new URL(`${withoutSlash(issuer.href)}/.well-known/openid-configuration`), deadline)
  }
}

function wellKnown(issuer: URL, name: string): URL {
  return new URL(`/.well-known/${name}${withoutSlash(issuer.pathname)}`, issuer.origin)
}

function withoutSlash(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : text
}
