import type { Attachment, OutboxEntry } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import type { Chosen } from '../attachments/upload-places.ts';
import { waitingFileIds } from './waiting-files.ts';

it('files wait that a message in the outbox goes with, or that stand where somebody writes', () => {
  const file = (id: string) => ({ id }) as Attachment;
  const kept = { key: 'k', userId: 'u', roomSlug: 'r', order: 1, createdAt: '', refusal: null };
  const entries: OutboxEntry[] = [
    { ...kept, text: 'with a file', attachments: [file('a')] },
    { ...kept, text: 'without' },
    { ...kept, change: { kind: 'delete', messageId: 'm' } },
  ];
  const chosen = [{ place: { roomSlug: 'r' }, list: [{ attachment: file('b') }, { attachment: null }] }];
  expect([...waitingFileIds(entries, chosen as unknown as Chosen[])]).toEqual(['a', 'b']);
});
