import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { countNewer, drawnOf, hasJustWritten, isNearStart, isResized, placeOf } from './scroll-place.ts';

const message = (key: string, seq: number | null) =>
  sentMessage({ key, seq, status: seq === null ? 'sending' : 'sent' });
const box = (scrollTop: number) => ({
  ...{ scrollTop, scrollHeight: 2000, clientHeight: 500, raisedPx: 0 },
  isLowest: scrollTop === 1500,
});
const messages = [message('b', 2), message('c', 3)];
const drawn = drawnOf(messages);

describe('the place of the reader', () => {
  it('is the end within a line or two of it', () => {
    expect(placeOf(box(1500), false)).toMatchObject({ atEnd: true, fromEndPx: 0 });
    expect(placeOf(box(1460), false).atEnd).toBe(true);
    expect(placeOf(box(1400), false)).toMatchObject({ atEnd: false, fromEndPx: 100 });
  });

  it('is the end also where rows that are drawn lower for now end below what can be reached', () => {
    const lowered = { ...box(1400), raisedPx: -100, isLowest: true };
    expect(placeOf(lowered, true)).toMatchObject({ atEnd: true, fromEndPx: 0 });
    expect(placeOf(lowered, false)).toMatchObject({ atEnd: false, fromEndPx: 100 });
    // Drawn where they belong, they end further down than whoever could get no further: the page has moved.
    expect(isResized(placeOf(lowered, true), box(1400))).toBe(true);
  });

  it('tells a page that moved from a reader who did', () => {
    expect(isResized(placeOf(box(1500), false), box(1400))).toBe(false);
    expect(isResized(placeOf(box(1500), false), { ...box(1500), clientHeight: 300 })).toBe(true);
  });

  it('is near the start only where there is something to scroll', () => {
    expect(isNearStart(box(0))).toBe(true);
    expect(isNearStart(box(1000))).toBe(false);
    expect(isNearStart({ ...box(0), scrollHeight: 500 })).toBe(false);
  });
});

describe('a conversation that changed', () => {
  it('has as many new messages as came in below, and none by discarding one', () => {
    expect(countNewer(drawn, [message('a', 1), ...messages, message('d', 4), message('e', 5)])).toBe(2);
    expect(countNewer(drawnOf([...messages, message('p', null)]), messages)).toBe(0);
  });

  it('shows what I have just written, not what was on its way already', () => {
    const written = [...messages, message('p', null)];
    expect(hasJustWritten(drawn, written)).toBe(true);
    expect(hasJustWritten(drawnOf(written), written)).toBe(false);
    expect(hasJustWritten(drawn, [...messages, message('d', 4)])).toBe(false);
  });
});
