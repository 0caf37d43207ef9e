import { channel } from 'node:diagnostics_channel'

/** What is published on the channel `jwt-guard:keys`. `source` is what the operator wrote: an issuer id or a URL. */
export type KeyEvent =
  | { readonly event: 'fetched'; readonly source: string; readonly keys: number }
  | { readonly event: 'failed'; readonly source: string; readonly reason: string }
  | { readonly event: 'stale'; readonly source: string }
  | { readonly event: 'dropped'; readonly source: string; readonly reason: string }

const keys = channel('jwt-guard:keys')

export function publishKeyEvent(event: KeyEvent): void {
  if (keys.hasSubscribers) keys.publish(event)
}
