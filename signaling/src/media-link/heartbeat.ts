import { mediaLinkLimits } from '@boltorezka/protocol';
import type { WebSocket } from 'ws';

/**
 * Pings the other end, and says once when nothing has come from it for too long. Ticks are counted, not time: a process
 * that stood still itself finds the pongs unread, and must not blame the link.
 * @returns how to stop.
 */
export const startHeartbeat = (ws: WebSocket, onSilent: () => void): (() => void) => {
  const { heartbeatIntervalMs, heartbeatTimeoutMs } = mediaLinkLimits;
  const ticksAllowed = heartbeatTimeoutMs / heartbeatIntervalMs;
  let silentTicks = 0;
  const hear = () => {
    silentTicks = 0;
  };
  for (const sign of ['message', 'ping', 'pong'] as const) ws.on(sign, hear);
  const timer = setInterval(() => {
    silentTicks += 1;
    if (silentTicks < ticksAllowed) return ws.ping();
    clearInterval(timer);
    onSilent();
  }, heartbeatIntervalMs);
  ws.ping();
  return () => clearInterval(timer);
};
