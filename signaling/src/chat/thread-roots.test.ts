import { describe, expect, it } from 'vitest';
import { createThreadRoots } from './thread-roots.ts';

const refused = expect.objectContaining({ code: 'NotFound' });

const open = () => {
  const rooms = new Map([
    ['root', 'room'],
    ['elsewhere', 'another room'],
  ]);
  const asked: string[] = [];
  const clock = { now: 1 };
  const roots = createThreadRoots(
    async (messageId) => {
      asked.push(messageId);
      return rooms.get(messageId);
    },
    () => clock.now,
  );
  return { rooms, asked, clock, roots };
};

describe('what threads begin with', () => {
  it('is asked for once, however many write there, and again after a minute', async () => {
    const { roots, asked, clock } = open();
    await Promise.all(Array.from({ length: 20 }, () => roots.require('root', 'room')));
    await roots.require('root', 'room');
    expect(asked).toEqual(['root']);
    clock.now += 60_001;
    await roots.require('root', 'room');
    expect(asked).toEqual(['root', 'root']);
  });

  it('is of one room alone, and what is not there is told the same', async () => {
    const { roots } = open();
    const outcomes = await Promise.allSettled([
      roots.require('elsewhere', 'room'),
      roots.require('nowhere', 'room'),
    ]);
    const reasons = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason);
    expect(reasons).toEqual([refused, refused]);
    expect(String(reasons[0])).toBe(String(reasons[1]));
  });

  it('is not pushed out by ids that somebody makes up', async () => {
    const { roots, asked } = open();
    await roots.require('root', 'room');
    for (let n = 0; n < 20_000; n += 1) await roots.require(`made up ${n}`, 'room').catch(() => undefined);
    const before = asked.length;
    await roots.require('root', 'room');
    expect(asked.length).toBe(before);
  });

  it('is none any more once it is deleted, nor while the database is away', async () => {
    const { roots, rooms } = open();
    await roots.require('root', 'room');
    rooms.delete('root');
    roots.forget('root');
    await expect(roots.require('root', 'room')).rejects.toEqual(refused);
    const away = createThreadRoots(() => Promise.reject(new Error('away')));
    await expect(away.require('root', 'room')).rejects.toThrow('away');
  });
});
