import type { Client, Draft, OpenRoom } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { createSendAway } from './send-away.ts';

it('what goes to a place where nobody writes any more takes its draft with it once it is kept, not the next one', () => {
  const calls: unknown[] = [];
  let keep = (): void => undefined;
  let draft: Draft = { text: 'look', mentions: [], replyTo: null };
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
    get: () => draft,
    change: (place: object, fields: object) => {
      draft = { ...draft, ...fields };
      calls.push(place);
    },
  };
  const sendAway = createSendAway({ rooms: { open }, drafts } as unknown as Pick<Client, 'rooms' | 'drafts'>);
  const place = { roomSlug: 'design', threadRootId: 'root' };
  sendAway(place, { text: 'look' });
  expect(calls).toEqual(['design', { text: 'look', threadRootId: 'root' }, 'closed']);
  keep();
  expect([draft.text, calls.at(-1)]).toEqual(['', place]);
  draft = { ...draft, text: 'the next' };
  keep();
  expect(draft.text).toBe('the next');
});
