import { randomUUID } from 'node:crypto';
import type { MediaPort } from '@boltorezka/protocol';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Owners } from './owners.ts';

const media = {
  request: async () => ({}),
  subscribe: () => () => {},
  close: async () => {},
} as unknown as MediaPort;

describe('who speaks for a peer', () => {
  it('is forgotten with a join that the node refuses, and with no one else’s', () => {
    const owners = new Owners({ media, awayAfterMs: 1_000, graceMs: 1_000, log: pino({ level: 'silent' }) });
    const [first, second] = [owners.open('first'), owners.open('second')];
    const peer = { roomId: randomUUID(), peerId: randomUUID() };
    const join = { v: 1 as const, type: 'media.joinRoom', requestId: '1', payload: peer };
    first.note(join);
    expect(owners.ownerIdOf(peer)).toBe('first');
    first.takeBack(join);
    expect(owners.ownerIdOf(peer)).toBeUndefined();
    first.note(join);
    second.note(join);
    first.takeBack(join);
    expect(owners.ownerIdOf(peer)).toBe('second');
    owners.close();
  });
});
