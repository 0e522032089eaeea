"""The keys of the store in Redis, and the Lua scripts that Redis runs atomically on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1

from mock_server.domain.bill import MOST_REMOVED

PREFIX = "video-gateway-mock"
# The sets of tenants that have state, and of tenants that have had deliveries.
TENANTS, OUTBOXES = f"{PREFIX}:worlds", f"{PREFIX}:outboxes"
# The bytes of each journal, and of all journals.
SIZES, TOTAL = f"{PREFIX}:journal-sizes", f"{PREFIX}:journal-total"
PENDING_KINDS = ("deliveries", "due", "claims")
RECORDS = "records"


def key(tenant: str, kind: str) -> str:
    """The key for one kind of a tenant's data."""
    return f"{PREFIX}:{tenant}:{kind}"


def keys(tenant: str, kinds: Sequence[str]) -> list[str]:
    """The keys for several kinds of a tenant's data."""
    return [key(tenant, kind) for kind in kinds]


@dataclass(frozen=True, slots=True)
class Script:
    """A script, which Redis caches under its digest after the first run."""

    text: str

    @property
    def digest(self) -> str:
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


# ------------------------------------------------------------------------------------- jobs
# Adds what a job has cost that is removed to the total of such jobs, and the job with the instant
# to the list of the newest. A damaged job has no price.
_SETTLE = f"""
local function settle(removed, list, job, ended, now)
  if job then
    redis.call('RPUSH', list, now .. ' ' .. job)
    redis.call('LTRIM', list, -{MOST_REMOVED}, -1)
  end
  local readable, facts = pcall(cjson.decode, job or '')
  local cost = readable and type(facts) == 'table' and facts[6] or {{}}
  redis.call('HINCRBY', removed, 'jobs', 1)
  if type(cost[1]) ~= 'number' then return redis.call('HINCRBY', removed, 'unpriced', 1) end
  local finally = facts[5][3] == 'failed' and cost[3] or cost[1]
  local charged = ended and finally or cost[4]
  redis.call('HINCRBY', removed, 'charged', string.format('%d', charged))
  redis.call('HINCRBY', removed, 'refunded', string.format('%d', cost[1] - charged))
end
"""

# Keys: jobs, order, ends, number, removed, onces, their ends, removed jobs. Arguments: id, job,
# instant of its end or "", now, the retention (instant before which ended jobs go or "", count or
# "", most to remove), the number of the newest job for which the budget was found to suffice or "",
# the mark of the request or "", and until when it counts. With deliveries also the keys deliveries,
# due and names, and the arguments tenant, then id, instant and data of each delivery. Returns an
# earlier job with the same mark, or 0 to look at the budget again; then nothing is stored.
ADD_JOB = Script(f"""{_SETTLE}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return false end
if ARGV[9] ~= '' then
  local ends = redis.call('ZSCORE', KEYS[7], ARGV[9])
  if ends and tonumber(ends) > tonumber(ARGV[4]) then
    return redis.call('HGET', KEYS[6], ARGV[9])
  end
end
if ARGV[8] ~= '' and ARGV[8] ~= (redis.call('GET', KEYS[4]) or '0') then return 0 end
if ARGV[9] ~= '' then
  for _, mark in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', ARGV[4],
      'LIMIT', 0, ARGV[7])) do
    redis.call('HDEL', KEYS[6], mark)
    redis.call('ZREM', KEYS[7], mark)
  end
  redis.call('HSET', KEYS[6], ARGV[9], ARGV[2])
  redis.call('ZADD', KEYS[7], ARGV[10], ARGV[9])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[4]), ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1]) end
local function remove(before, most)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. before,
      'LIMIT', 0, most)) do
    settle(KEYS[5], KEYS[8], redis.call('HGET', KEYS[1], id), true, ARGV[4])
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZREM', KEYS[3], id)
  end
end
if ARGV[5] ~= '' then remove(ARGV[5], ARGV[7]) end
if ARGV[6] ~= '' then
  local surplus = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[6])
  if surplus > 0 then remove(ARGV[4], math.min(surplus, tonumber(ARGV[7]))) end
end
for place = 12, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[9], ARGV[place], ARGV[place + 2]) == 1 then
    redis.call('ZADD', KEYS[10], ARGV[place + 1], ARGV[place])
    redis.call('SADD', KEYS[11], ARGV[11])
  end
end
return false
""")

# Keys: jobs, order. Arguments: id to start behind or "", limit, "1" for newest first. Returns the
# ids and the jobs.
PAGE = Script("""
local start = ARGV[3] == '1' and '+inf' or '-inf'
if ARGV[1] ~= '' then
  start = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not start then return false end
  start = '(' .. start
end
local ids
if ARGV[3] == '1' then
  ids = redis.call('ZREVRANGEBYSCORE', KEYS[2], start, '-inf', 'LIMIT', 0, ARGV[2])
else
  ids = redis.call('ZRANGEBYSCORE', KEYS[2], start, '+inf', 'LIMIT', 0, ARGV[2])
end
if #ids == 0 then return {{}, {}} end
return {ids, redis.call('HMGET', KEYS[1], unpack(ids))}
""")

# Keys: tenant's state, server's state, names. Arguments: both as they were read ("" for none), the
# new state, the tenant. Returns both as they are now if one of them has changed.
CHANGE_STATE = Script("""
local own, server = redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or ''
if own ~= ARGV[1] or server ~= ARGV[2] then return {own, server} end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[3], ARGV[4])
return false
""")

# Keys: jobs, order, ends, removed, removed jobs, deliveries, due, claims. Arguments: id, now, ids
# of deliveries to remove too.
DELETE_JOB = Script(f"""{_SETTLE}
local job = redis.call('HGET', KEYS[1], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
local ends = redis.call('ZSCORE', KEYS[3], ARGV[1])
settle(KEYS[4], KEYS[5], job, ends and tonumber(ends) <= tonumber(ARGV[2]), ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
for place = 3, #ARGV do
  redis.call('HDEL', KEYS[6], ARGV[place])
  redis.call('ZREM', KEYS[7], ARGV[place])
  redis.call('ZREM', KEYS[8], ARGV[place])
end
return 1
""")

# Keys: jobs, ends, deliveries, due, claims, names. Arguments: id, job, instant of its end or "",
# count and ids of the deliveries to remove, tenant, then id, instant and data of each one to add.
REPLACE_JOB = Script("""
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
local tenant = 5 + tonumber(ARGV[4])
for place = 5, tenant - 1 do
  redis.call('HDEL', KEYS[3], ARGV[place])
  redis.call('ZREM', KEYS[4], ARGV[place])
  redis.call('ZREM', KEYS[5], ARGV[place])
end
for place = tenant + 1, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[3], ARGV[place], ARGV[place + 2]) == 1 then
    redis.call('ZADD', KEYS[4], ARGV[place + 1], ARGV[place])
    redis.call('SADD', KEYS[6], ARGV[tenant])
  end
end
return 1
""")

# Keys: jobs, removed, number. Returns all jobs, the counts and amounts of those that were removed,
# and the number of the newest job ever.
BILL = Script("""
local counts = {'jobs', 'unpriced', 'charged', 'refunded'}
return {redis.call('HVALS', KEYS[1]), redis.call('HMGET', KEYS[2], unpack(counts)),
  redis.call('GET', KEYS[3]) or '0'}
""")

# Keys: names, and all keys of a tenant. Argument: the tenant.
FORGET = Script("""
redis.call('SREM', KEYS[1], ARGV[1])
for place = 2, #KEYS do redis.call('UNLINK', KEYS[place]) end
""")

# Keys: an unused key, a number, and sets of names. Writes what the store writes and removes it.
CHECK = Script("""
redis.call('SET', KEYS[1], string.rep('.', 4096))
redis.call('UNLINK', KEYS[1])
redis.call('INCRBY', KEYS[2], 0)
for place = 3, #KEYS do
  redis.call('SADD', KEYS[place], KEYS[1])
  redis.call('SREM', KEYS[place], KEYS[1])
end
""")

# -------------------------------------------------------------------------------- journals
# The bytes of each journal are the score of its tenant in a sorted set; the total is a key of its
# own. A journal from before these counts existed is counted when its next entry is added.
#
# Keys: journal, noted, sizes, total. Arguments: tenant, entry, most entries, most bytes, most bytes
# of all journals, and the prefix and suffix of the key of another tenant's journal.
ADD_ENTRY = Script("""
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
CLEAR_JOURNAL = Script("""
local size = redis.call('ZSCORE', KEYS[3], ARGV[1])
if size then redis.call('DECRBY', KEYS[4], size) end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('UNLINK', KEYS[1], KEYS[2])
""")

# Keys: journal, noted. Returns the last number and all entries.
READ_JOURNAL = Script("""
return {redis.call('GET', KEYS[2]) or '0', redis.call('LRANGE', KEYS[1], 0, -1)}
""")

# ----------------------------------------------------------------------------------- outbox
# Keys: deliveries, due, names. Arguments: tenant, then id, instant and data of each delivery.
ADD_DELIVERIES = Script("""
for place = 2, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[place], ARGV[place + 2]) == 1 then
    redis.call('ZADD', KEYS[2], ARGV[place + 1], ARGV[place])
    redis.call('SADD', KEYS[3], ARGV[1])
  end
end
""")

# Key: names. Arguments: prefix and suffix of the key of a tenant's deliveries. Names without
# pending deliveries are removed here and nowhere else.
PENDING_TENANTS = Script("""
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

# Keys: due, claims. Argument: the real instant, or "" to ignore claims.
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

# Keys: deliveries, due, claims. Arguments: instant of the tenant's clock, real instant, end of the
# claim, limit. Returns ids and data.
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

# Keys: deliveries, due, claims, records. Arguments: id, data, next due instant or "" if finished,
# most records.
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

# Keys: deliveries, due. Argument: the index of the last one, -1 for all.
PENDING = Script("""
local ids = redis.call('ZRANGE', KEYS[2], 0, ARGV[1])
local found = {}
for place, id in ipairs(ids) do found[place] = redis.call('HGET', KEYS[1], id) end
return found
""")
