import { z } from 'zod';
import { ChatMessage } from './chat.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import { Epoch, humanText, RoomId, RoomSlug, Seq, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { Member } from './presence.ts';
import { defineRoutes } from './routes.ts';
import { VoiceParticipant } from './voice.ts';

export const Room = z
  .object({ id: RoomId, slug: RoomSlug, title: z.string(), is_public: z.boolean(), created_at: Timestamp })
  .meta({ id: 'Room' });
export type Room = z.infer<typeof Room>;

export const CreateRoomBody = z
  .object({
    slug: RoomSlug,
    title: humanText(limits.minRoomTitleLength, limits.maxRoomTitleLength).transform((title) => title.trim()),
    is_public: z.boolean().default(true),
  })
  .meta({ id: 'CreateRoomBody' });
export type CreateRoomBody = z.infer<typeof CreateRoomBody>;

export const roomRoutes = defineRoutes({
  'rooms.list': {
    method: 'GET',
    path: '/v1/rooms',
    auth: 'bearer',
    summary: 'The rooms that I may enter',
    responses: { 200: z.object({ rooms: z.array(Room) }), 401: ErrorBody },
  },
  'rooms.create': {
    method: 'POST',
    path: '/v1/rooms',
    auth: 'bearer',
    summary: 'Create a room',
    body: CreateRoomBody,
    responses: {
      201: z.object({ room: Room }),
      400: ErrorBody,
      401: ErrorBody,
      409: ErrorBody,
      429: ErrorBody,
    },
  },
});

export const RoomJoinPayload = z
  .object({
    roomSlug: RoomSlug,
    keepOthers: z
      .boolean()
      .default(false)
      .describe('Stay in the rooms joined before; without it, joining one room leaves the others.'),
    afterSeq: Seq.optional().describe(
      'The last position this client has seen: what it missed since is replayed.',
    ),
    epoch: Epoch.optional().describe('The log that afterSeq belongs to.'),
  })
  .meta({ id: 'RoomJoinPayload' });

export const RoomJoined = z
  .object({
    roomId: RoomId,
    roomSlug: RoomSlug,
    roomTitle: z.string(),
    seq: Seq.describe("The room's position when this snapshot was taken."),
    epoch: Epoch,
    recovered: z
      .boolean()
      .describe('True: `missed` is all that was written after afterSeq. False: start over from the history.'),
    missed: z.array(ChatMessage),
    members: z.array(Member),
    voice: z.array(VoiceParticipant),
    speakingUserIds: z
      .array(UserId)
      .optional()
      .describe('Who speaks in voice now; from here on voice.speakers tells when it changes.'),
  })
  .meta({ id: 'RoomJoined' });
export type RoomJoined = z.infer<typeof RoomJoined>;

export const roomRequests = defineRequests({
  'room.join': {
    payload: RoomJoinPayload,
    result: RoomJoined,
    event: 'room.joined',
    summary: 'Enter a room: its events arrive from here on',
  },
  'room.leave': {
    payload: z.object({ roomSlug: RoomSlug }),
    result: z.object({ roomSlug: RoomSlug }),
    event: 'room.left',
    summary: 'Leave a room; its voice, if this person sits in it, is left as well',
  },
});

/** A room as the socket tells it: v1 names WebSocket fields in camelCase. */
export const RoomCreated = z
  .object({
    roomId: RoomId,
    roomSlug: RoomSlug,
    roomTitle: z.string(),
    isPublic: z.boolean(),
    createdAt: Timestamp,
  })
  .meta({ id: 'RoomCreated' });

export const roomEvents = defineEvents({
  'room.joined': { payload: RoomJoined, summary: 'Answers room.join without requestId' },
  'room.left': { payload: z.object({ roomSlug: RoomSlug }), summary: 'Answers room.leave without requestId' },
  'room.created': { payload: RoomCreated, summary: 'A public room was created; to every socket' },
});
