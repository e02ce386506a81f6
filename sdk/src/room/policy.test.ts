import { refusalOf, roomActions } from '@boltorezka/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permissionsOf } from './policy.ts';

const never = '2026-01-01T00:00:00.000Z';
const nowMs = Date.parse('2026-06-01T00:00:00.000Z');

describe('what the sdk offers in a room', () => {
  it('is what the server allows, in every room and to everybody', () => {
    const role = fc.constantFrom('owner', 'moderator', 'member', 'guest', null);
    const cell = fc.record({
      isPublic: fc.boolean(),
      kind: fc.constantFrom('room', 'direct'),
      isArchived: fc.boolean(),
      role,
      isAdministrator: fc.boolean(),
      isBlocked: fc.boolean(),
      mute: fc.constantFrom(undefined, null, never, '2027-01-01T00:00:00.000Z'),
    });
    fc.assert(
      fc.property(cell, ({ isPublic, kind, isArchived, role: own, isAdministrator, isBlocked, mute }) => {
        const may = permissionsOf({
          details: { kind, isPublic, archivedAt: isArchived ? never : null },
          self: {
            role: own,
            ...(isBlocked && { isBlocked }),
            ...(mute !== undefined && { textMutedUntil: mute }),
          },
          isAdministrator,
          nowMs,
        });
        const isTextMuted = mute === null || (mute !== undefined && Date.parse(mute) > nowMs);
        const person = {
          role: own,
          isAdministrator,
          isBanned: false,
          isTextMuted,
          isVoiceMuted: false,
          isBlocked,
        };
        const room = { isPublic, kind, isArchived };
        const allowed = roomActions.filter((action) => refusalOf(action, room, person) === null);
        const offered = Object.entries(may).flatMap(([action, isOffered]) => (isOffered ? [action] : []));
        expect(offered.sort()).toEqual([...allowed].sort());
      }),
      { numRuns: 2_000 },
    );
  });
});
