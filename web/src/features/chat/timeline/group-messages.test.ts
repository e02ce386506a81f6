import type { TimelineMessage } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { groupMessages } from './group-messages.ts';

const message = (key: string, userId: string, createdAt: string) => sentMessage({ key, userId, createdAt });
const utcDay = (date: Date) => date.toISOString().slice(0, 10);
const shape = (messages: TimelineMessage[]) =>
  groupMessages(messages, utcDay).map((day) => ({
    day: day.key,
    groups: day.groups.map((group) => group.messages.map(({ key }) => key).join('')),
  }));

describe('the messages of a room', () => {
  it('are nothing where there are none', () => {
    expect(groupMessages([])).toEqual([]);
  });

  it('stand together while one person writes', () => {
    const messages = [
      message('a', 'anna', '2026-01-31T12:00:00.000Z'),
      message('b', 'anna', '2026-01-31T12:05:00.000Z'),
      message('c', 'boris', '2026-01-31T12:05:01.000Z'),
      message('d', 'anna', '2026-01-31T12:05:02.000Z'),
    ];
    expect(shape(messages)).toEqual([{ day: '2026-01-31', groups: ['ab', 'c', 'd'] }]);
  });

  it('part after five minutes of silence', () => {
    const messages = [
      message('a', 'anna', '2026-01-31T12:00:00.000Z'),
      message('b', 'anna', '2026-01-31T12:05:00.001Z'),
    ];
    expect(shape(messages)).toEqual([{ day: '2026-01-31', groups: ['a', 'b'] }]);
  });

  it('part at midnight', () => {
    const messages = [
      message('a', 'anna', '2026-01-31T23:59:59.000Z'),
      message('b', 'anna', '2026-02-01T00:00:01.000Z'),
    ];
    expect(shape(messages)).toEqual([
      { day: '2026-01-31', groups: ['a'] },
      { day: '2026-02-01', groups: ['b'] },
    ]);
  });

  it('have days with keys of their own where clocks differ at midnight', () => {
    const messages = [
      message('a', 'anna', '2026-01-31T23:59:59.000Z'),
      message('b', 'boris', '2026-02-01T00:00:00.000Z'),
      message('c', 'anna', '2026-01-31T23:59:59.500Z'),
    ];
    const days = shape(messages);
    expect(days.map(({ groups }) => groups)).toEqual([['a'], ['b'], ['c']]);
    expect(new Set(days.map(({ day }) => day)).size).toBe(3);
  });

  it('keep the order they came in, whatever their clocks say', () => {
    const messages = [
      message('a', 'anna', '2026-01-31T12:00:05.000Z'),
      message('b', 'anna', '2026-01-31T12:00:00.000Z'),
    ];
    expect(shape(messages)).toEqual([{ day: '2026-01-31', groups: ['ab'] }]);
  });

  it('have their day worked out once, however often they are laid out', () => {
    const asked: string[] = [];
    const dayOf = (date: Date) => {
      asked.push(date.toISOString());
      return utcDay(date);
    };
    const first = message('a', 'anna', '2026-01-31T12:00:00.000Z');
    const second = message('b', 'anna', '2026-01-31T12:01:00.000Z');
    groupMessages([first], dayOf);
    groupMessages([first, second], dayOf);
    expect(asked).toEqual([first.createdAt, second.createdAt]);
  });
});
