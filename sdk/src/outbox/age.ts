import { limits } from '@boltorezka/protocol';
import type { OutboxEntry } from '../types/outbox.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What has waited for so long may mean something else by now: it is not sent before its writer says so again. */
const sentWithinMs = limits.unsentMessageMs;

/** What nobody came back for is kept no longer. What is here of whoever does come back is theirs to send or discard. */
export const keptForMs = 30 * dayMs;

const refusal = {
  code: 'Conflict',
  message: 'This has waited for more than a week. Send it again, or discard it.',
} as const;

/** The entry as it is now: one that has waited too long waits for its writer. */
export const aged = <E extends OutboxEntry>(entry: E, nowMs: number): E => {
  const { refusal: known, wantedAt = entry.createdAt } = entry;
  const isOld = nowMs - Date.parse(wantedAt) > sentWithinMs;
  return isOld && known === null ? { ...entry, refusal, isExpired: true } : entry;
};

/** The same, wanted anew. */
export const wantedAnew = (entry: OutboxEntry, nowMs: number): OutboxEntry => ({
  ...entry,
  refusal: null,
  isExpired: false,
  wantedAt: new Date(nowMs).toISOString(),
});
