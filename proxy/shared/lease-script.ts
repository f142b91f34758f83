// The granting side inside Redis: what collector/budgets/lease-ledger.ts does in memory, done in one step for all proxies by
// two Lua scripts. A counter is a hash with a field for each boot; every number in it is a total, so saying it twice changes
// nothing. One property test holds both to the same claims.
import { redisScript } from './redis-script.ts';

/** All under one hash tag, so that a cluster keeps them on one node. */
export const leaseKeys = {
  era: 'sightline:{budgets}:era',
  alive: 'sightline:{budgets}:alive',
  counter: (name: string): string => `sightline:{budgets}:counter:${name}`,
};

const shared = `
local function number(value) return tonumber(value) or 0 end
local function text(value) return string.format('%.0f', value) end
-- said, recorded, before, since, ceiling, expires, holds
local function read(line)
  local part = {0, 0, 0, -1, 0, 0, 0}
  if line then
    local at = 1
    for value in string.gmatch(line, '%S+') do part[at] = tonumber(value); at = at + 1 end
  end
  return part
end
local function write(key, boot, part)
  local words = {}
  for at = 1, 7 do words[at] = text(part[at]) end
  redis.call('HSET', key, boot, table.concat(words, ' '))
end
local function spent(part) return part[3] + math.max(part[1], part[2]) end
local function committed(part, now)
  if part[6] > now then return part[3] + math.max(part[1], part[2], part[5]) end
  return spent(part)
end
local function inEarnest(part, now)
  if part[6] > now then return part[3] + math.max(part[1] + part[7], part[2]) end
  return spent(part)
end
`;

/**
 * KEYS: era, alive, one for each counter. ARGV: boot, leaseMs, settleMs, headroomShare, the time in
 * milliseconds ('': the server's own), scarceMs, then eight for each counter: limit,
 * settled, holds, keep, want, needs (separated by commas), since, milliseconds for which the counter is kept. Answers the number of proxies, then
 * four for each counter: granted, settled, leased, and how it
 * stands: 1 while the ledger settles, 2 where it was never seeded, 3 where room is scarce, else 0.
 */
export const leaseScript = redisScript(`${shared}
local now = tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = number(time[1]) * 1000 + math.floor(number(time[2]) / 1000)
end
local boot, lease, settle, share, scarce = ARGV[1], number(ARGV[2]), number(ARGV[3]), number(ARGV[4]), number(ARGV[6])
local began = number(redis.call('HGET', KEYS[1], 'began'))
local heard = number(redis.call('HGET', KEYS[1], 'heard'))
if began == 0 or now - heard > lease then
  began = now
  redis.call('HSET', KEYS[1], 'began', text(now))
end
redis.call('HSET', KEYS[1], 'heard', text(now))
redis.call('ZADD', KEYS[2], now, boot)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - lease - 1)
local sharers = redis.call('ZCARD', KEYS[2])
local settling = now - began < settle
local answer = {sharers}
for place = 3, #KEYS do
  local key = KEYS[place]
  local from = 6 + (place - 3) * 8
  local limit, settled, holds, keep = number(ARGV[from + 1]), number(ARGV[from + 2]), number(ARGV[from + 3]), number(ARGV[from + 4])
  local want, needs, since, ttl = number(ARGV[from + 5]), ARGV[from + 6], number(ARGV[from + 7]), number(ARGV[from + 8])
  local parts, lines, seeded, scarceUntil = {}, redis.call('HGETALL', key), false, 0
  for at = 1, #lines, 2 do
    if lines[at] == '#seed' then seeded = true
    elseif lines[at] == '#scarce' then scarceUntil = number(lines[at + 1])
    else parts[lines[at]] = read(lines[at + 1]) end
  end
  local part = parts[boot] or read(nil)
  parts[boot] = part
  if part[4] < 0 and since > 0 then part[3] = part[3] + part[2]; part[2] = 0 end
  if part[4] < 0 then part[4] = since end
  part[1] = math.max(part[1], settled)
  part[7] = holds
  local kept = keep
  if part[6] > now then kept = math.min(keep, math.max(0, part[5] - settled)) end
  local floor = settled + math.max(holds, kept)
  local others, othersHold = part[3], part[3]
  for one, other in pairs(parts) do
    if one ~= boot then
      others = others + committed(other, now)
      othersHold = othersHold + inEarnest(other, now)
    end
  end
  local room = limit - others - floor
  local roomInEarnest = limit - othersHold - settled - holds
  part[5] = floor
  if seeded and not settling then
    for word in string.gmatch(needs, '%d+') do
      local need = number(word)
      if need <= room then
        part[5] = part[5] + need
        room = room - need
        roomInEarnest = roomInEarnest - need
      elseif need <= roomInEarnest then
        scarceUntil = now + scarce
        redis.call('HSET', key, '#scarce', text(scarceUntil))
      end
    end
    if scarceUntil <= now then
      part[5] = part[5] + math.min(want, math.max(0, math.floor(room / (share * math.max(1, sharers)))))
    end
  end
  part[6] = now + lease
  write(key, boot, part)
  redis.call('PEXPIRE', key, math.max(1, ttl))
  local all, leased = 0, 0
  for _, one in pairs(parts) do all = all + spent(one); leased = leased + committed(one, now) - spent(one) end
  answer[#answer + 1] = part[5] - settled
  answer[#answer + 1] = all
  answer[#answer + 1] = leased
  local state = 0
  if settling then state = 1 elseif not seeded then state = 2 elseif scarceUntil > now then state = 3 end
  answer[#answer + 1] = state
end
return answer
`);

/** KEYS: the counter. ARGV: version, milliseconds to keep it, then three for each boot: its name, before, recorded. */
export const seedScript = redisScript(`${shared}
local known = redis.call('HGET', KEYS[1], '#seed')
if known and number(known) > number(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], '#seed', ARGV[1])
for at = 3, #ARGV, 3 do
  local part = read(redis.call('HGET', KEYS[1], ARGV[at]) or nil)
  part[3] = number(ARGV[at + 1])
  part[2] = number(ARGV[at + 2])
  write(KEYS[1], ARGV[at], part)
end
redis.call('PEXPIRE', KEYS[1], math.max(1, number(ARGV[2])))
return 1
`);
