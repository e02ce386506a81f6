import { describe, expect, it } from 'vitest';
import { costUs, lossOf, type Room, toDifferenceRow, toRow, type Window } from './report.ts';

/** A second in a room of three: 10 packets in, 20 out. */
const second = (cpuMs: number, received = 20): Window => ({
  elapsedMs: 1_000,
  cpuMs,
  packets: received,
  sent: 10,
  received,
});

const room = (plain: Window[], srtp: Window[]): Room => ({
  people: 3,
  idle: second(0, 0),
  windows: { plain, srtp },
  loadAverage: 0.1,
});

describe('the cost of forwarding', () => {
  it('is CPU time over the packets that reached somebody', () => {
    expect(costUs(second(0.2))).toBe(10);
    expect(toRow(room([second(0.2), second(0.4), second(0.3)], []), 'plain')).toMatchObject({
      'packets/s': 20,
      'median µs/packet': 15,
      'worst µs/packet': 20,
    });
  });

  it('counts as lost what reached fewer than all others', () => {
    expect(lossOf([second(1), second(1, 15)], 3)).toBeCloseTo(5 / 40);
    expect(toRow(room([second(1, 19)], []), 'plain')).toMatchObject({
      note: expect.stringContaining('void'),
    });
    expect(toRow(room([second(1)], []), 'plain')).not.toHaveProperty('note');
  });

  it('compares windows that follow each other, so that a drift of the machine cancels', () => {
    const rows = toDifferenceRow(
      room([second(0.2), second(0.4), second(0.6)], [second(0.3), second(0.5), second(0.7)]),
    );
    expect(rows['median µs/packet']).toBe(5);
  });
});
