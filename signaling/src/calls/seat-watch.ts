import type { Hub } from '../ws/hub.ts';
import type { SeatMap } from './seats.ts';

interface SeatWatchDeps {
  seats: SeatMap;
  hub: Hub;
}

/** A person whose socket is silent for longer is shown as reconnecting: within three seconds (design). */
const maxSilenceMs = 2_500;
const intervalMs = 500;

/**
 * Looks closely at the sockets of those who talk: a lost network says nothing by itself, and the others must not talk to
 * somebody who is gone. Browsers and libraries answer pings by themselves (RFC 6455 section 5.5.2).
 * @returns the end of it.
 */
export const watchSeats = ({ seats, hub }: SeatWatchDeps): (() => void) => {
  let lookedAtMs = performance.now();
  const look = (): void => {
    const nowMs = performance.now();
    // Where this process itself stood still, the answers may lie unread.
    const stoodStill = nowMs - lookedAtMs > intervalMs * 2;
    lookedAtMs = nowMs;
    for (const { connectionId } of seats.all()) {
      const connection = connectionId === undefined ? undefined : hub.connection(connectionId);
      if (!connection) continue;
      if (connection.silentForMs > maxSilenceMs && !stoodStill) connection.terminate();
      else connection.ping();
    }
  };
  const timer = setInterval(look, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
};
