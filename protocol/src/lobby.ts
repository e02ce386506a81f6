import { z } from 'zod';
import { defineEvents, defineRequests } from './frames.ts';
import { RoomId, RoomSlug, Seq, Timestamp, UserId } from './ids.ts';
import { Member } from './presence.ts';

const inRoom = { roomId: RoomId, roomSlug: RoomSlug };

/** A room in whose voice somebody sits, and who. */
export const VoiceRoom = z
  .object({ ...inRoom, members: z.array(Member).describe('In the order they sat down.') })
  .meta({ id: 'VoiceRoom' });
export type VoiceRoom = z.infer<typeof VoiceRoom>;

export const lobbyRequests = defineRequests({
  'lobby.watch': {
    payload: z.object({}),
    result: z.object({
      voice: z
        .array(VoiceRoom)
        .describe('The rooms that I may enter in which somebody sits in voice; the others are empty.'),
    }),
    needsRequestId: true,
    summary:
      'Who sits in voice, in every room that I may enter; from here on the lobby events reach this socket. Asking again answers anew',
  },
});

export const lobbyEvents = defineEvents({
  'lobby.voiceJoined': {
    payload: z.object({ ...inRoom, ...Member.shape }),
    summary: "Somebody took a seat in a room's voice; to the sockets that sent lobby.watch",
  },
  'lobby.voiceLeft': {
    payload: z.object({ ...inRoom, userId: UserId }),
    summary: "Somebody left a room's voice; to the sockets that sent lobby.watch",
  },
  'lobby.activity': {
    payload: z.object({
      ...inRoom,
      seq: Seq,
      messageCount: z
        .int()
        .nonnegative()
        .describe("The room's own messages so far; what threads hold is not among them."),
      lastMessageAt: Timestamp,
      authors: z
        .array(z.object({ userId: UserId, messageCount: z.int().positive() }))
        .max(10)
        .optional()
        .describe('Who wrote how much of what is new, as far as it is known: people may be missing.'),
    }),
    summary:
      'Something was written to a room, once a second at most for each; to the sockets that sent lobby.watch. Of two the greater messageCount counts',
  },
});
