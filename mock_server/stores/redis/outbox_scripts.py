"""What Redis does with the outbox as one step."""

from mock_server.stores.redis.scripts import Script

# Keys: deliveries, due, names. Arguments: tenant, then an id, an instant and the facts of each.
OUT = Script("""
for place = 2, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[place], ARGV[place + 2]) == 1 then
    redis.call('ZADD', KEYS[2], ARGV[place + 1], ARGV[place])
    redis.call('SADD', KEYS[3], ARGV[1])
  end
end
""")

# Key: names. Arguments: what a key of a tenant begins and ends with. Names that have nothing
# pending any more are only removed here.
TENANTS = Script("""
local names = redis.call('SMEMBERS', KEYS[1])
local found = {}
for _, name in ipairs(names) do
  if redis.call('EXISTS', ARGV[1] .. name .. ARGV[2]) == 1 then
    found[#found + 1] = name
  else
    redis.call('SREM', KEYS[1], name)
  end
end
return found
""")

# Keys: due, claims. Argument: the real instant, or "" for all. No more are claimed than have to be
# looked past.
DUE = Script("""
local claimed = redis.call('ZCARD', KEYS[2])
local found = redis.call('ZRANGE', KEYS[1], 0, claimed, 'WITHSCORES')
for place = 1, #found, 2 do
  local ends = redis.call('ZSCORE', KEYS[2], found[place])
  if ARGV[1] == '' or not ends or tonumber(ends) <= tonumber(ARGV[1]) then
    return found[place + 1]
  end
end
return false
""")

# Keys: deliveries, due, claims. Arguments: instant of the clock, real instant, end of the claim,
# how many. Answers with ids and facts.
CLAIM = Script("""
local found = {}
local most = tonumber(ARGV[4])
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0,
  most + redis.call('ZCARD', KEYS[3]))
for _, id in ipairs(ids) do
  if #found == most then break end
  local ends = redis.call('ZSCORE', KEYS[3], id)
  if not ends or tonumber(ends) <= tonumber(ARGV[2]) then
    redis.call('ZADD', KEYS[3], ARGV[3], id)
    found[#found + 1] = {id, redis.call('HGET', KEYS[1], id)}
  end
end
return found
""")

# Keys: deliveries, due, claims, records. Arguments: id, facts, the next instant or "" where it is
# over, how many records to keep.
SETTLE = Script("""
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[3], ARGV[1])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('LPUSH', KEYS[4], ARGV[2])
  redis.call('LTRIM', KEYS[4], 0, ARGV[4] - 1)
end
return 1
""")

# Keys: deliveries, due, claims. Arguments: ids.
WITHDRAW = Script("""
for _, id in ipairs(ARGV) do
  for _, key in ipairs({KEYS[2], KEYS[3]}) do redis.call('ZREM', key, id) end
  redis.call('HDEL', KEYS[1], id)
end
""")

# Keys: deliveries, due. Argument: the place of the last one, -1 for all.
PENDING = Script("""
local ids = redis.call('ZRANGE', KEYS[2], 0, ARGV[1])
local found = {}
for place, id in ipairs(ids) do found[place] = redis.call('HGET', KEYS[1], id) end
return found
""")
