import type { TimelineMessage } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { layRows } from './rows.ts';

const message = (key: string, userId: string, createdAt: string) => sentMessage({ key, userId, createdAt });
const utcDay = (date: Date) => date.toISOString().slice(0, 10);
const keysOf = (messages: readonly TimelineMessage[]) =>
  layRows(messages, { dayOf: utcDay }).map((row) =>
    row.kind === 'message' && row.startsGroup ? `${row.key}, named` : row.key,
  );

const older = message('a', 'anna', '2026-01-31T12:00:00.000Z');
const messages = [
  message('b', 'anna', '2026-01-31T12:01:00.000Z'),
  message('c', 'anna', '2026-01-31T12:02:00.000Z'),
  message('d', 'boris', '2026-02-01T12:00:00.000Z'),
];

describe('the rows of a timeline', () => {
  it('are one for each day and one for each message', () => {
    expect(keysOf(messages)).toEqual(['day 2026-01-31', 'b, named', 'c', 'day 2026-02-01', 'd, named']);
  });

  it('keep their keys when older messages come in above', () => {
    expect(keysOf([older, ...messages])).toEqual([
      'day 2026-01-31',
      'a, named',
      'b',
      'c',
      'day 2026-02-01',
      'd, named',
    ]);
  });

  it('have a line above the first message of somebody else that was not read', () => {
    const unread = [
      sentMessage({ key: 'a', userId: 'anna', seq: 4 }),
      sentMessage({ key: 'b', userId: 'me', seq: 6 }),
      sentMessage({ key: 'c', userId: 'anna', seq: 7 }),
      sentMessage({ key: 'd', userId: 'anna', seq: 8 }),
    ];
    const lay = (unreadAfterSeq: number | null) =>
      layRows(unread, { dayOf: utcDay, unreadAfterSeq, meId: 'me' }).map(({ key }) => key);
    expect(lay(5)).toEqual(['day 2026-01-31', 'a', 'b', 'unread', 'c', 'd']);
    expect(lay(7)).toEqual(['day 2026-01-31', 'a', 'b', 'c', 'unread', 'd']);
    expect(lay(8)).not.toContain('unread');
    expect(lay(null)).not.toContain('unread');
  });

  it('name the author of an answer, and below the line', () => {
    const answer = { ...messages[1]!, replyTo: {} as TimelineMessage['replyTo'] };
    expect(keysOf([messages[0]!, answer])).toEqual(['day 2026-01-31', 'b, named', 'c, named']);
  });
});
