import type { TimelineMessage } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { type Step, stepTo } from './steps.ts';

const known = new Map<number, TimelineMessage>();
const messageAt = (seq: number): TimelineMessage => {
  const message = known.get(seq) ?? sentMessage({ key: `m${seq}`, userId: 'anna', seq });
  known.set(seq, message);
  return message;
};
const stretch = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => messageAt(from + index));
const spanOf = ({ messages }: Step) => [messages[0]?.seq, messages.at(-1)?.seq];

describe('the way to what is to be drawn', () => {
  it('is one step where one end has changed', () => {
    expect(stepTo(stretch(1, 9), stretch(5, 9), false)).toMatchObject({ isShift: true, isLast: true });
    expect(stepTo(stretch(5, 9), stretch(1, 9), false)).toMatchObject({ isShift: true, isLast: true });
    expect(stepTo(stretch(5, 9), stretch(5, 7), false)).toMatchObject({ isShift: false, isLast: true });
    expect(stepTo(stretch(5, 7), stretch(5, 9), false)).toMatchObject({ isShift: false, isLast: true });
  });

  it('is two where both have: the distance from the end is kept while the end stands still', () => {
    const first = stepTo(stretch(1, 8), stretch(5, 12), false);
    expect([spanOf(first), first]).toMatchObject([[5, 8], { isShift: false, isLast: false }]);
    expect(stepTo(stretch(1, 8), first.messages, false)).toMatchObject({ isShift: true, isLast: true });

    const gone = stepTo(stretch(5, 12), stretch(1, 8), false);
    expect([spanOf(gone), gone]).toMatchObject([[5, 8], { isShift: true, isLast: false }]);
    expect(stepTo(stretch(5, 12), gone.messages, false)).toMatchObject({ isShift: false, isLast: true });
  });

  it('keeps what has gone above for as long as the reader scrolls, and takes up all else', () => {
    const held = stepTo(stretch(5, 12), stretch(1, 8), true);
    expect([spanOf(held), held]).toMatchObject([[1, 12], { isShift: false, isLast: true }]);
    expect(stepTo(stretch(5, 12), held.messages, true).messages).toBe(held.messages);
    const added = stepTo(stretch(1, 9), stretch(5, 12), true);
    expect([spanOf(added), added.isLast]).toEqual([[5, 9], false]);
    expect(spanOf(stepTo(stretch(5, 12), held.messages, false))).toEqual([5, 12]);
  });

  it('leads to another list where nothing of what is drawn is left', () => {
    expect(stepTo(stretch(20, 30), stretch(1, 9), true)).toMatchObject({ isElsewhere: true, isLast: true });
    expect(stepTo(stretch(1, 9), [], false)).toMatchObject({ isElsewhere: false });
    expect(stepTo([], stretch(1, 9), false)).toMatchObject({ isElsewhere: false });
  });
});
