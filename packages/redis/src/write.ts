import type { Send } from './commands.js'
import { keptFor, type RevocationKeys } from './keyspace.js'

/** Milliseconds for which the log holds what was written. Who was away for longer reads everything anew. */
const logged = 60_000

/**
 * One write, all of it or nothing: drops some of what has ended, keeps the later `before` and the later end, tells of it
 * in the log, and trims the log by time. The last entry but one always stays, so that who has read everything finds
 * its place again however long nothing was written. Every key ends with the last revocation.
 */
const script = `
local revoked, ends, log = KEYS[1], KEYS[2], KEYS[3]
local key, before, kept, capacity, logged = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local whole = function(number) return string.format('%.0f', number) end

local ended = redis.call('ZRANGEBYSCORE', ends, '-inf', whole(now), 'LIMIT', 0, 100)
if #ended > 0 then
  redis.call('HDEL', revoked, unpack(ended))
  redis.call('ZREM', ends, unpack(ended))
end

local finish = now + kept
local held = redis.call('HGET', revoked, key)
if held then
  local heldBefore, heldEnd = string.match(held, '^(%S+) (%S+)$')
  if tonumber(heldBefore) > tonumber(before) then before = heldBefore end
  finish = math.max(finish, tonumber(heldEnd))
elseif redis.call('ZCARD', ends) >= capacity then
  return redis.error_reply('FULL there are as many revocations as capacity allows')
end
redis.call('HSET', revoked, key, before .. ' ' .. whole(finish))
redis.call('ZADD', ends, whole(finish), key)

local oldest = whole(now - logged)
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if last and tonumber(string.match(last[1], '^%d+')) < now - logged then oldest = last[1] end
redis.call('XADD', log, 'MINID', '=', oldest, '*', key, before .. ' ' .. whole(finish))

local final = redis.call('ZRANGE', ends, -1, -1, 'WITHSCORES')[2]
for _, name in ipairs(KEYS) do redis.call('PEXPIREAT', name, whole(tonumber(final))) end
return 1`

export type Write = (key: string, before: number, seconds: number) => Promise<void>

/** Writes revocations, for both modes alike. */
export function writer(send: Send, keys: RevocationKeys, capacity: number): Write {
  const names = [keys.revoked, keys.ends, keys.log]
  return async (key, before, seconds) => {
    if (!Number.isFinite(before)) throw new RangeError('before has to be a finite number of seconds')
    const values = [key, before, keptFor(seconds), capacity, logged].map(String)
    await send(keys.revoked, ['EVAL', script, String(names.length), ...names, ...values])
  }
}
