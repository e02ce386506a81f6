/**
 * Whose a room is. A lease whose node lives holds: it has a record, or whoever asks knows that people of the room are there.
 * Else the room is given to the first candidate that lives, or, where no record is there at all because Redis has just lost
 * its data, to the first.
 *
 * KEYS: the room's lease. ARGV: the prefix of node records; how many candidates, from the first on, have people of the room;
 * the candidates' ids, the best first.
 * Returns the node's id and the lease's number. Numbers come from Redis' clock, in microseconds, so that they go on growing
 * after Redis has lost its data.
 */
export const claimRoom = `
local held = redis.call('GET', KEYS[1])
local heldFence = 0
if held then
  local holder, fence = string.match(held, '^(%S+) (%d+)$')
  if holder and redis.call('EXISTS', ARGV[1] .. holder) == 1 then return { holder, fence } end
  heldFence = tonumber(fence) or 0
end
local peopled = tonumber(ARGV[2])
local chosen = ARGV[3]
for index = 3, #ARGV do
  if index - 3 < peopled or redis.call('EXISTS', ARGV[1] .. ARGV[index]) == 1 then
    chosen = ARGV[index]
    break
  end
end
local clock = redis.call('TIME')
local fence = string.format('%.0f', math.max(clock[1] * 1000000 + clock[2], heldFence + 1))
redis.call('SET', KEYS[1], chosen .. ' ' .. fence)
return { chosen, fence }`;
