import { isChange } from './entries.ts';
import type { Outbox } from './outbox.ts';

interface EraseDeps {
  outbox: Pick<Outbox, 'entries' | 'erase'>;
  discard: (attachmentId: string) => Promise<void>;
}

/**
 * Erases what is unsent, and takes back what was uploaded for it. Here it is gone at once; the server may be away, and then
 * deletes the files by itself, if days later. Ends with its answers and the browser's, and never rejects.
 */
export const eraseUnsent = async ({ outbox, discard }: EraseDeps): Promise<void> => {
  const files = outbox.entries.get().flatMap((entry) => (isChange(entry) ? [] : (entry.attachments ?? [])));
  await Promise.allSettled([outbox.erase(), ...files.map(({ id }) => discard(id))]);
};
