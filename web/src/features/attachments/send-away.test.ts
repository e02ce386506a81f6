import type { Client, OpenRoom } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { createSendAway } from './send-away.ts';

it('what goes to a place where nobody writes any more lets go of its draft at once, for good when it is kept', () => {
  const calls: unknown[] = [];
  let keep = (): void => undefined;
  const room: Pick<OpenRoom, 'send' | 'close'> = {
    send: (message, onKept) => {
      calls.push(message);
      keep = () => onKept?.();
    },
    close: () => void calls.push('closed'),
  };
  const open = (slug: string) => {
    calls.push(slug);
    return room;
  };
  const drafts = {
    letGo: (place: object, text: string) => {
      calls.push([place, text]);
      return () => void calls.push('kept');
    },
  };
  const sendAway = createSendAway({ rooms: { open }, drafts } as unknown as Pick<Client, 'rooms' | 'drafts'>);
  const place = { roomSlug: 'design', threadRootId: 'root' };
  sendAway(place, { text: 'look' });
  expect(calls).toEqual(['design', [place, 'look'], { text: 'look', threadRootId: 'root' }, 'closed']);
  keep();
  expect(calls.at(-1)).toBe('kept');
});
