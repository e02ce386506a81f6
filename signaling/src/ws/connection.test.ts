import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { AppError } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { Connection } from './connection.ts';
import { createFrameJoiner } from './frame-encoder.ts';

describe('a socket whose session is over by what it knows', () => {
  const ends: number[] = [];
  const open = (): Connection => {
    const ws = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, close: () => {} });
    return new Connection({
      ...{ id: 'one', identity: { userId: 'u', userName: 'Anna', sessionId: 's' } },
      ...{ ws: ws as unknown as WebSocket, raw: new PassThrough(), maxBufferedBytes: 1_000 },
      joinFrames: createFrameJoiner(),
      onFramesWritten: () => {},
      onEnded: (code) => ends.push(code),
    });
  };
  beforeEach(() => {
    ends.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('stays while nobody can tell, and is closed once the database says so', async () => {
    const answers: (() => Promise<Date | undefined>)[] = [
      () => Promise.reject(new AppError('Unavailable', 'away')),
      () => Promise.reject(new AppError('Unavailable', 'away')),
      () => Promise.resolve(undefined),
    ];
    open().closeAt(new Date(Date.now() + 1_000), () => answers.shift()!());
    await vi.advanceTimersByTimeAsync(2_999);
    expect([answers.length, ends]).toEqual([2, []]);
    await vi.advanceTimersByTimeAsync(2_001);
    expect([answers.length, ends]).toEqual([0, [4003]]);
  });
});
