"""What Redis does as one step: scripts in Lua, each run whole and by itself, or not at all."""

from dataclasses import dataclass
from hashlib import sha1


@dataclass(frozen=True, slots=True)
class Script:
    """A script; Redis knows it by its digest once it has run."""

    text: str

    @property
    def digest(self) -> str:
        """How Redis calls it."""
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


# Keys: jobs, order, ends, number. Arguments: id, job, instant of its end or "", now, and the
# retention: instant that older ends lie before or "", count or "", most at once. Where deliveries
# come with it, there follow the keys deliveries, due and names, and the arguments tenant, then an
# id, an instant and the facts of each.
ADD = Script("""
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[4]), ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1]) end
local function remove(before, most)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. before,
      'LIMIT', 0, most)) do
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
for place = 9, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[5], ARGV[place], ARGV[place + 2]) == 1 then
    redis.call('ZADD', KEYS[6], ARGV[place + 1], ARGV[place])
    redis.call('SADD', KEYS[7], ARGV[8])
  end
end
""")

# Keys: jobs, order. Arguments: id to follow or "", how many, "1" for the newest first. Answers with
# the ids and the jobs.
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

# Keys: world, server's world, names. Arguments: both as they were read ("" for none), the new
# world, the tenant. Answers with both as they are where they are not what they were.
CHANGE = Script("""
local own, server = redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or ''
if own ~= ARGV[1] or server ~= ARGV[2] then return {own, server} end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[3], ARGV[4])
return false
""")

# Keys: jobs, order, ends, deliveries, due, claims. Arguments: id, ids of deliveries that go too.
DELETE = Script("""
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
for place = 2, #ARGV do
  redis.call('HDEL', KEYS[4], ARGV[place])
  redis.call('ZREM', KEYS[5], ARGV[place])
  redis.call('ZREM', KEYS[6], ARGV[place])
end
return 1
""")

# Keys: names, and all that is a tenant's. Argument: the tenant.
FORGET = Script("""
redis.call('SREM', KEYS[1], ARGV[1])
for place = 2, #KEYS do redis.call('UNLINK', KEYS[place]) end
""")

# Keys: something of nobody's, a number, and sets of names. What writes need is written, and gone.
CHECK = Script("""
redis.call('SET', KEYS[1], string.rep('.', 4096))
redis.call('UNLINK', KEYS[1])
redis.call('INCRBY', KEYS[2], 0)
for place = 3, #KEYS do
  redis.call('SADD', KEYS[place], KEYS[1])
  redis.call('SREM', KEYS[place], KEYS[1])
end
""")
