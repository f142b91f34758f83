// The scripts by which proxies count together in Redis, each one step for everybody. Time is the server's, so that clocks of
// proxies do not matter. A rate is a text: when its counter is full again. Concurrency is a sorted set of the calls under
// way, each with the moment until which its proxy has vouched for it: those of a proxy that died fall out by themselves.
import { redisScript } from '../shared/redis-script.ts';

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/**
 * KEYS: one for each rule. ARGV: id of the call, how long it is vouched for, then for each rule what it counts ('c': the
 * calls under way), most, burst, cost. Answers 1 or 0, then for each rule its wait (-1: unknown) and debt or live calls.
 */
export const takeScript = redisScript(`${now}
local id, lease = ARGV[1], tonumber(ARGV[2])
local admitted, waits, states = 1, {}, {}
for at, key in ipairs(KEYS) do
  local base = at * 4 - 2
  local most, burst, cost = tonumber(ARGV[base + 2]), tonumber(ARGV[base + 3]), tonumber(ARGV[base + 4])
  if ARGV[base + 1] == 'c' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    states[at] = redis.call('ZCARD', key)
    waits[at] = states[at] < most and 0 or -1
  else
    local step = 60000 / most
    states[at] = math.max(0, tonumber(redis.call('GET', key) or '0') - now)
    waits[at] = math.max(0, states[at] + (math.min(cost, burst) - burst) * step)
    if waits[at] < 0.001 then waits[at] = 0 end
  end
  if waits[at] ~= 0 then admitted = 0 end
end
local answer = { admitted }
for at, key in ipairs(KEYS) do
  local base = at * 4 - 2
  if admitted == 1 then
    if ARGV[base + 1] == 'c' then
      redis.call('ZADD', key, now + lease, id)
      redis.call('PEXPIRE', key, lease * 2)
      states[at] = states[at] + 1
    else
      states[at] = states[at] + tonumber(ARGV[base + 4]) * 60000 / tonumber(ARGV[base + 2])
      redis.call('SET', key, string.format('%.3f', now + states[at]), 'PX', math.ceil(states[at]) + 1000)
    end
  end
  answer[at * 2] = string.format('%.3f', waits[at])
  answer[at * 2 + 1] = string.format('%.3f', states[at])
end
return answer
`);

/** KEYS: one for each rule that is changed. ARGV: id, then for each 'c' to let go of the call, or milliseconds of debt more or less. */
export const changeScript = redisScript(`${now}
for at, key in ipairs(KEYS) do
  if ARGV[at + 1] == 'c' then
    redis.call('ZREM', key, ARGV[1])
  else
    local debt = math.max(0, tonumber(redis.call('GET', key) or '0') - now) + tonumber(ARGV[at + 1])
    if debt > 0 then
      redis.call('SET', key, string.format('%.3f', now + debt), 'PX', math.ceil(debt) + 1000)
    else
      redis.call('DEL', key)
    end
  end
end
return 1
`);

/** KEYS: one counter of calls under way. ARGV: how long they are vouched for from now, then their ids. */
export const vouchScript = redisScript(`${now}
local lease = tonumber(ARGV[1])
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], now + lease, ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], lease * 2)
return 1
`);
