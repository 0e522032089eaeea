"""What Redis does with journals as one step.

Each journal's bytes are the score of its tenant in a sorted set, and those of all stand beside it.
A journal that was kept before there was such a count is counted when it is next noted.
"""

from mock_server.stores.redis.scripts import Script

# Keys: journal, noted, sizes, total. Arguments: tenant, entry, how many to keep, in how many bytes,
# how many bytes for all, and what the key of another tenant's journal begins and ends with.
NOTE = Script("""
local function counted(tenant, list)
  local size = tonumber(redis.call('ZSCORE', KEYS[3], tenant))
  if size and redis.call('EXISTS', list) == 1 then return size end
  local sum = 0
  for _, entry in ipairs(redis.call('LRANGE', list, 0, -1)) do sum = sum + #entry end
  redis.call('INCRBY', KEYS[4], sum - (size or 0))
  return sum
end
local function shrink(tenant, list, size, most, count)
  local length = redis.call('LLEN', list)
  while length > 1 and (length > count or size > most) do
    size = size - #redis.call('LPOP', list)
    length = length - 1
  end
  redis.call('ZADD', KEYS[3], size, tenant)
  return size
end
local before = counted(ARGV[1], KEYS[1])
redis.call('INCR', KEYS[2])
redis.call('RPUSH', KEYS[1], ARGV[2])
local size = before + #ARGV[2]
size = shrink(ARGV[1], KEYS[1], size, tonumber(ARGV[4]), tonumber(ARGV[3]))
local total = redis.call('INCRBY', KEYS[4], size - before)
while total > tonumber(ARGV[5]) do
  local tenant = redis.call('ZREVRANGE', KEYS[3], 0, 0)[1]
  local list = ARGV[6] .. tenant .. ARGV[7]
  before = counted(tenant, list)
  size = shrink(tenant, list, before, math.floor(before / 2), math.huge)
  if size == before then return end
  total = redis.call('INCRBY', KEYS[4], size - before)
end
""")

# Keys: journal, noted, sizes, total. Argument: the tenant.
CLEAR = Script("""
local size = redis.call('ZSCORE', KEYS[3], ARGV[1])
if size then redis.call('DECRBY', KEYS[4], size) end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('UNLINK', KEYS[1], KEYS[2])
""")

# Keys: journal, noted. Answers with the last number and all entries.
READ = Script("""
return {redis.call('GET', KEYS[2]) or '0', redis.call('LRANGE', KEYS[1], 0, -1)}
""")
