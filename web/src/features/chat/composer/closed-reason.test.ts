import { initialRoomState, type RoomDetails, type RoomMay } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { attachRefusalOf, closedReasonOf, slowUntil } from './closed-reason.ts';

const { may: mayNothing } = initialRoomState('general');
const mayWrite: RoomMay = { ...mayNothing, write: true };
const details = { archivedAt: null } as RoomDetails;
const self = { role: 'member' } as const;

describe('why one cannot write', () => {
  it('is nothing where one can, and before the room is known', () => {
    expect(closedReasonOf({ hasBlocked: false, details, self, may: mayWrite })).toBeNull();
    expect(closedReasonOf({ hasBlocked: false, details: null, self: null, may: mayNothing })).toBeNull();
  });

  it('is the archive before all else, then a moderator, then the role', () => {
    const archived = { ...details, archivedAt: '2026-01-01T00:00:00.000Z' };
    const until = '2026-02-01T00:00:00.000Z';
    const muted = { ...self, textMutedUntil: until };
    expect(closedReasonOf({ hasBlocked: false, details: archived, self: muted, may: mayNothing })).toEqual({
      kind: 'archived',
    });
    expect(closedReasonOf({ hasBlocked: false, details, self: muted, may: mayNothing })).toEqual({
      kind: 'muted',
      until,
    });
    expect(
      closedReasonOf({
        hasBlocked: false,
        details,
        self: { ...self, textMutedUntil: null },
        may: mayNothing,
      }),
    ).toEqual({
      kind: 'mutedForGood',
    });
    expect(closedReasonOf({ hasBlocked: false, details, self, may: mayNothing })).toEqual({
      kind: 'notAllowed',
    });
  });
});

it.each([
  ['says that I have blocked the other', true, 'blockedByMe'],
  ['does not say whether the other has blocked me', false, 'blocked'],
] as const)('why one cannot write in a room of two %s', (_what, hasBlocked, kind) => {
  const facts = { details, self: { ...self, isBlocked: true }, may: mayNothing, hasBlocked };
  expect(closedReasonOf(facts)).toEqual({ kind });
});

describe('slow mode', () => {
  const lastOwnAt = '2026-01-01T00:00:00.000Z';
  const wroteMs = Date.parse(lastOwnAt);

  it('counts from one’s own last message', () => {
    const slow = { slowModeS: 30, lastOwnAt, maySkip: false };
    expect(slowUntil(slow, wroteMs + 1000)).toBe(wroteMs + 30_000);
    expect(slowUntil(slow, wroteMs + 30_000)).toBeNull();
  });

  it('is not there for who may skip it, who wrote nothing, or where it is off', () => {
    expect(slowUntil({ slowModeS: 30, lastOwnAt, maySkip: true }, wroteMs)).toBeNull();
    expect(slowUntil({ slowModeS: 30, lastOwnAt: null, maySkip: false }, wroteMs)).toBeNull();
    expect(slowUntil({ slowModeS: 0, lastOwnAt, maySkip: false }, wroteMs)).toBeNull();
  });
});

it('files are refused for good where one may not attach them, and for now before the room is known', () => {
  expect(attachRefusalOf({ details, may: { ...mayWrite, attach: true } })).toBe(null);
  expect(attachRefusalOf({ details, may: mayWrite })).toBe('files.notHere');
  expect(attachRefusalOf({ details: null, may: mayNothing })).toBe('files.notYet');
});
