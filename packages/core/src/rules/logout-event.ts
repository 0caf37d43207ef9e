import { isJsonObject, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'

const logout = 'http://schemas.openid.net/event/backchannel-logout'

/** Back-Channel Logout §2.4: the event is a logout, and it says whose: a subject's, a session's, or both. */
export function checkLogoutEvent(claims: JsonObject): Refusal | undefined {
  const { events } = claims
  if (!isJsonObject(events) || !Object.hasOwn(events, logout)) return new Refusal('ERR_CLAIM_MISMATCH', 'events')
  if (!isJsonObject(events[logout])) return new Refusal('ERR_CLAIM_INVALID', 'events')
  const says = Object.hasOwn(claims, 'sub') || Object.hasOwn(claims, 'sid')
  return says ? undefined : new Refusal('ERR_CLAIM_MISSING', 'sub')
}
