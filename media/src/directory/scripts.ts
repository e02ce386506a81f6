/**
 * Registers rooms that this node holds. A room that another living node holds by a greater number stays there, and so does
 * one whose greater number shows that its people have been moved, even if its holder is dead by now.
 *
 * KEYS: for each room, its lease. ARGV: this node's id; the prefix of node records; for each room, its number, 0 for none.
 * Returns for each room its number now, or -1 where the room is lost.
 *
 * Numbers come from Redis' clock, in microseconds, so that they go on growing after Redis has lost its data.
 */
export const registerRooms = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answers = {}
for index, key in ipairs(KEYS) do
  local fence = tonumber(ARGV[index + 2])
  local held = redis.call('GET', key)
  local holder, heldFence = nil, 0
  if held then
    holder, heldFence = string.match(held, '^(%S+) (%d+)$')
    heldFence = tonumber(heldFence) or 0
  end
  local isOthers = holder and holder ~= ARGV[1]
  local isNumbered = fence > 0
  local isLost = isOthers and ((isNumbered and heldFence > fence)
    or (not isNumbered and redis.call('EXISTS', ARGV[2] .. holder) == 1))
  if isLost then
    answers[index] = -1
  else
    if not isNumbered then fence = math.max(now, heldFence + 1)
    elseif not isOthers then fence = math.max(fence, heldFence) end
    redis.call('SET', key, ARGV[1] .. ' ' .. string.format('%.0f', fence))
    answers[index] = string.format('%.0f', fence)
  end
end
return answers`;

/** KEYS: a room's lease. ARGV: this node's id. Removes the lease where it is this node's. */
export const releaseRoom = `
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^%S+') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;
