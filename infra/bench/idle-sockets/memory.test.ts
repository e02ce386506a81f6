import { expect, test } from 'vitest';
import { inspectorUrl } from './inspector.ts';
import { bytesPerSocket } from './memory.ts';

test('the share of a socket is the slope between two readings: what was there before is not in it', () => {
  const from = { sockets: 1_000, rssBytes: 100_000, heapUsedBytes: 50_000, externalBytes: 9 };
  const to = { sockets: 5_000, rssBytes: 500_000, heapUsedBytes: 90_000, externalBytes: 9 };
  expect(bytesPerSocket(from, to)).toEqual({ rssBytes: 100, heapUsedBytes: 10, externalBytes: 0 });
});

test('the inspector is found in what Node says, and its absence is told with it', () => {
  const said =
    'Debugger listening on ws://127.0.0.1:4711/0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e\nFor help, see';
  expect(inspectorUrl(said)).toBe('ws://127.0.0.1:4711/0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e');
  expect(() => inspectorUrl('nothing')).toThrow('nothing');
});
