-- Meridian edge router: key -> shard -> zone. Runs in the edge listener, before the router filter, for R services only.
-- The code is static; the data comes with the routes. Of the RouteConfiguration (filter_context, read when the version changes):
--   epoch  "17"                                   version of the map
--   map    one character per shard: a zone code, "*" = frozen (a switch is in progress), "-" = nobody owns it
--   zones  "A=eu-1,zone-eu-1;C=us-1,gw-us"        code = zone name, Envoy cluster that leads there
--   pins   "key:alice,B,AB;prefix:stress-,B,AB"   may be absent. Where the shard's zone is one of A and B (one region, one
--                                                 fence), requests of that key go to B; the first one that fits holds
-- Of the service (metadata of its route "unrouted", which matches until the zone is known):
--   v       "17.ledger"                           version of map and service, the key of the cache below; the only thing
--                                                 that is read for every request
--   service "ledger"
--   keys    "header:x-user-key;cookie:uid;zone:A" where the shard key may be; the first one present wins. zone: where a
--                                                 request without a key goes; without it such a request is rejected
-- What it decides is x-meridian-zone: the service's routes lead to each zone by it (a hash lookup, cheaper than a header
-- that names the cluster).
local HOLD_CLUSTER, HOLD_MS = "meridian_hold", 10000
local MAX_KEY, FROZEN = 256, 42
-- Garbage is the handles of each request, what lives is the map: collecting when ten times as much is there, not twice, costs a few megabytes
-- per worker and saves 2 of the 15 us that a request costs here (measured in turns).
collectgarbage("setpause", 1000)
local bit = require("bit")
local bxor, band, rshift, byte, sub, find = bit.bxor, bit.band, bit.rshift, string.byte, string.sub, string.find

-- CRC-32 (IEEE), equal to java.util.zip.CRC32 over the UTF-8 bytes.
local T = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do c = band(c, 1) == 1 and bxor(rshift(c, 1), 0xEDB88320) or rshift(c, 1) end
  T[i] = c
end
local function crc32(s)
  local c = -1
  for i = 1, #s do c = bxor(rshift(c, 8), T[band(bxor(c, byte(s, i)), 0xff)]) end
  return bxor(c, -1)
end

-- Key extractors. nil = not there, try the next source; a second result = the request is ambiguous, refuse it.
local function unescape(s) return (s:gsub("%%(%x%x)", function(x) return string.char(tonumber(x, 16)) end)) end
local X = {}
function X.header(h, hs, a)
  local k = hs:get(a)
  if k and find(k, ",", 1, true) and hs:getNumValues(a) > 1 then return nil, "bad_key" end  -- several come joined by commas
  return k
end
function X.cookie(h, hs, a)
  local found
  for k, v in (hs:get("cookie") or ""):gmatch("%s*([^=;%s]+)=([^;]*)") do
    if k == a then
      if found and found ~= v then return nil, "bad_key" end
      found = v
    end
  end
  return found
end
function X.query(h, hs, a)
  local p, found = hs:get(":path"), nil
  for k, v in sub(p, (find(p, "?", 1, true) or #p) + 1):gmatch("([^&=#]+)=([^&#]*)") do
    if unescape((k:gsub("+", " "))) == a then
      v = unescape((v:gsub("+", " ")))
      if found and found ~= v then return nil, "bad_key" end
      found = v
    end
  end
  return found
end
function X.path(h, hs, a)                       -- a = number of the path segment, from 1
  local n = tonumber(a)
  for s in hs:get(":path"):match("^[^?#]*"):gmatch("[^/]+") do
    n = n - 1
    if n == 0 then return unescape(s) end
  end
end
function X.jwt(h, hs, a)                        -- a claim of the token that jwt_authn, before this filter, has verified
  local m = h:streamInfo():dynamicMetadata():get("envoy.filters.http.jwt_authn")
  local k = m and m.jwt and m.jwt[a]
  if type(k) == "number" and k % 1 == 0 and k > -2^53 and k < 2^53 then return string.format("%d", k) end
  if k ~= nil and type(k) ~= "string" then return nil, "bad_key" end
  return k
end

-- Parsed map, one copy per worker, and by "v" each service that was asked for since: rebuilt when the version changes.
local E, M
local S = {}
local N = setmetatable({}, {__index = function(t, n) local s = tostring(n) t[n] = s return s end})

local function parse(fc, e)
  local z, p, q, homes = {}, {}, {}, {}
  for c, name, cluster in fc:get("zones"):gmatch("(.)=([^,;]+),([^,;]+)") do z[byte(c)] = {name, cluster} end
  for kind, a, c, home in (fc:get("pins") or ""):gmatch("(%a+):([^,;]*),(.),([^;]+)") do
    local pin = {z[byte(c)], {}}
    for i = 1, #home do pin[2][z[byte(home, i)][1]] = true end
    homes[pin[1][1]], a = pin, unescape(a)
    if kind == "key" then p[a] = p[a] or pin else q[#q + 1] = {a, pin} end
  end
  return {map = fc:get("map"), zones = z, pinned = next(homes) ~= nil, pins = p, prefixes = q, homes = homes}
end

local function load(h, md, v)
  local fc = h:filterContext()
  local e = fc:get("epoch")
  if e ~= E then
    M = parse(fc, e)
    E, S = e, {}                                -- all at once, so that a failed parse leaves the old state
  end
  local s = {name = md:get("service"), epoch = e, of = M, map = M.map, last = #M.map - 1, zones = M.zones, keys = {}}
  for kind, a in md:get("keys"):gmatch("([^:;]+):([^;]+)") do
    if kind == "zone" then s.unknown = M.zones[byte(a)] else s.keys[#s.keys + 1] = {X[kind], a} end
  end
  S[v] = s
  return s
end

-- 400: the client's fault; 503: safe to repeat, nothing was executed.
local TITLES = {["400"] = "the user key of this request cannot be used", ["503"] = "no zone can take this request now"}
local function fail(h, status, reason, shard, retry)
  h:streamInfo():dynamicMetadata():set("meridian", "reason", reason)
  local r = {[":status"] = status, ["content-type"] = "application/problem+json", ["cache-control"] = "no-store",
             ["x-meridian-reason"] = reason, ["x-meridian-epoch"] = E, ["x-meridian-shard"] = shard}
  if status == "503" then r["retry-after"] = retry or "1" end
  h:respond(r, '{"type":"urn:meridian:edge:' .. reason .. '","title":"' .. TITLES[status] .. '","status":' .. status ..
    ',"reason":"' .. reason .. '"}')
end

local function pin(m, key)                      -- the pin of this key, if any
  local p = m.pins[key]
  for i = 1, p and 0 or #m.prefixes do
    local q = m.prefixes[i]
    if sub(key, 1, #q[1]) == q[1] then return q[2] end
  end
  return p
end

-- Frozen, or just refused: the map is no help (it may be late, and a waiting request keeps its snapshot). Ask the
-- hold service; it answers when the shard has an owner: at once, or when the switch is done.
local function ask(h, s, shard, refused, p)
  local hs = h:headers()
  local bytes = hs:get("content-length") or hs:get(":method") == "GET" and "0" or ""
  local r = h:httpCall(HOLD_CLUSTER, {[":method"] = "GET", [":authority"] = "meridian-hold",
    [":path"] = "/v1/owner?shard=" .. shard .. "&epoch=" .. E .. "&refused=" .. (refused or "") .. "&bytes=" .. bytes
      .. "&protocol=" .. h:streamInfo():protocol(),
    ["x-envoy-retry-on"] = "connect-failure,reset,refused-stream", ["x-envoy-max-retries"] = "10"}, nil, HOLD_MS)
  local zone, cluster, epoch = r["x-meridian-zone"], r["x-meridian-cluster"], r["x-meridian-epoch"]
  if r[":status"] ~= "200" or not (zone and cluster and epoch) then
    return fail(h, "503", r["x-meridian-reason"] or "hold_failed", shard, r["retry-after"])
  end
  if p and p[2][zone] then zone, cluster = p[1][1], p[1][2] end
  if sub(cluster, 1, 3) ~= "gw-" then cluster = cluster .. "." .. s.name end
  hs = h:headers()                              -- handles from before a yield are dead
  hs:replace("x-meridian-via", refused and "fence" or "hold")
  hs:replace("x-meridian-shard", shard)
  hs:replace("x-meridian-epoch", epoch)
  hs:replace("x-meridian-zone", zone)
  hs:replace("x-meridian-cluster", cluster)     -- leads to a zone that is newer than this request's routes
  h:clearRouteCache()
end

-- Second pass: the zone answered 421, and the redirect led here. The original URL is put back, so that the service's routes
-- match again; the shard is known, whatever the key was.
local function again(h, hs)
  local refused = hs:get("x-meridian-zone") or "?"
  local scheme, host, path = (hs:get("x-envoy-original-url") or ""):match("^(%a+)://([^/?]*)(.*)$")
  local shard, pinned = hs:get("x-meridian-shard"), hs:get("x-meridian-pin")
  for _, name in ipairs({"x-meridian-fence", "x-meridian-zone", "x-meridian-cluster", "x-envoy-original-url"}) do hs:remove(name) end
  if not scheme then return fail(h, "503", "bad_redirect") end
  hs:replace(":scheme", scheme)
  hs:replace(":authority", host)
  hs:replace(":path", path)
  h:clearRouteCache()
  -- No key, no shard, no owner to ask for: a zone that refuses it, because its database knew the key, is the end.
  if not shard then return fail(h, "503", "fenced") end
  local md = h:metadata()                       -- for the first time in this pass: it would stay that of the route before
  local v = md:get("v")
  if not v then return fail(h, "503", "no_map") end
  local s = S[v] or load(h, md, v)
  ask(h, s, shard, refused, pinned and s.of.homes[pinned])
end

function envoy_on_request(h)
  local hs = h:headers()
  if hs:get("x-meridian-fence") then return again(h, hs) end
  local md = h:metadata()
  local v = md:get("v")
  if not v then return fail(h, "503", "no_map") end
  local s = S[v] or load(h, md, v)
  local key, why
  for i = 1, #s.keys do
    local k = s.keys[i]
    key, why = k[1](h, hs, k[2])
    if why then return fail(h, "400", why) end
    if key and key ~= "" then break end
  end
  if not key or key == "" then
    if not s.unknown then return fail(h, "400", "no_key") end
    hs:add("x-meridian-zone", s.unknown[1])
    hs:add("x-meridian-epoch", s.epoch)
    return h:clearRouteCache()
  end
  if #key > MAX_KEY then return fail(h, "400", "bad_key") end
  local n = band(crc32(key), s.last)            -- the length of the map is a power of two
  local z, shard = s.zones[byte(s.map, n + 1)], N[n]
  if s.of.pinned then
    local p = pin(s.of, key)
    if p then
      hs:add("x-meridian-pin", p[1][1])
      if not z and byte(s.map, n + 1) == FROZEN then return ask(h, s, shard, nil, p) end
      if z and p[2][z[1]] then z = p[1] end
    end
  end
  if not z then
    if byte(s.map, n + 1) == FROZEN then return ask(h, s, shard) end
    return fail(h, "503", "no_owner", shard)
  end
  hs:add("x-meridian-shard", shard)             -- add: what a client sent by these names was removed before
  hs:add("x-meridian-zone", z[1])
  hs:add("x-meridian-epoch", s.epoch)
  h:clearRouteCache()                           -- match again, in the same snapshot, now with the zone
end
