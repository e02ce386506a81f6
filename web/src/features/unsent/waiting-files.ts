import type { OutboxEntry } from '@boltorezka/sdk';
import type { Chosen } from '../attachments/upload-places.ts';

/** Files at the server that a message here is still to go with: one that waits, or one that is being written. */
export const waitingFileIds = (
  entries: readonly OutboxEntry[],
  chosen: readonly Chosen[],
): ReadonlySet<string> =>
  new Set([
    ...entries.flatMap((entry) => (entry.change ? [] : (entry.attachments ?? []).map(({ id }) => id))),
    ...chosen.flatMap(({ list }) => list.flatMap(({ attachment }) => attachment?.id ?? [])),
  ]);
