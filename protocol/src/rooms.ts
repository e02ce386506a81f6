import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import { Epoch, RoomId, RoomSlug, Seq, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { ChatMessage } from './messages.ts';
import { Member } from './presence.ts';
import {
  MemberRole,
  NotifyLevel,
  Room,
  RoomCategory,
  RoomDetails,
  RoomForMe,
  RoomSelf,
  RoomTitle,
  RoomTopic,
} from './room-shapes.ts';
import { defineRoutes } from './routes.ts';
import { VoiceParticipant } from './voice.ts';

const SlowModeS = z.int().min(0).max(limits.maxSlowModeS);
const Position = z.int().min(0).max(1_000_000);

export const CreateRoomBody = z
  .object({
    slug: RoomSlug,
    title: RoomTitle,
    is_public: z.boolean().default(true),
    topic: RoomTopic.optional(),
    category: RoomCategory.nullable().optional(),
    accepts_requests: z
      .boolean()
      .optional()
      .describe(
        'Of a private room: strangers who have its address may ask to be let in, as where this is left out; false: to them it is as if there were none, from the first moment on.',
      ),
  })
  .meta({ id: 'CreateRoomBody' });
export type CreateRoomBody = z.infer<typeof CreateRoomBody>;

export const UpdateRoomBody = z
  .object({
    title: RoomTitle,
    topic: RoomTopic,
    is_public: z.boolean(),
    category: RoomCategory.nullable(),
    position: Position,
    slow_mode_s: SlowModeS,
    accepts_requests: z.boolean(),
    archived: z.boolean(),
  })
  .partial()
  .meta({ id: 'UpdateRoomBody', description: 'What is left out stays as it is.' });
export type UpdateRoomBody = z.infer<typeof UpdateRoomBody>;

const RoomParams = z.object({ slug: RoomSlug });
const RoomAnswer = z.object({ room: Room });
const roomErrors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody };

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
    summary: 'Create a room; whoever does owns it',
    body: CreateRoomBody,
    responses: { 201: RoomAnswer, 400: ErrorBody, 401: ErrorBody, 409: ErrorBody, 429: ErrorBody },
  },
  'rooms.get': {
    method: 'GET',
    path: '/v1/rooms/:slug',
    auth: 'bearer',
    summary: 'One room',
    params: RoomParams,
    responses: { 200: RoomAnswer, ...roomErrors },
  },
  'rooms.update': {
    method: 'PATCH',
    path: '/v1/rooms/:slug',
    auth: 'bearer',
    summary:
      'Change a room: its owner all of it, also where it stands in everybody’s list; a moderator topic and slow mode. In an archive, and muted, nobody changes these two',
    params: RoomParams,
    body: UpdateRoomBody,
    responses: { 200: RoomAnswer, ...roomErrors },
  },
  'rooms.delete': {
    method: 'DELETE',
    path: '/v1/rooms/:slug',
    auth: 'bearer',
    summary:
      'Delete a room and all that was written there, for good; an administrator also one that they may not enter',
    params: RoomParams,
    responses: { 200: Done, ...roomErrors },
  },
  'rooms.setNotify': {
    method: 'PUT',
    path: '/v1/rooms/:slug/notify',
    auth: 'bearer',
    summary: 'Of what in this room I want to be told',
    params: RoomParams,
    body: z.object({ level: NotifyLevel }),
    responses: { 200: Done, ...roomErrors },
  },
  'rooms.setClosed': {
    method: 'PUT',
    path: '/v1/rooms/:slug/closed',
    auth: 'bearer',
    summary:
      'Take a direct room out of my list, or back; the other person is not told. What is written there brings it back',
    params: RoomParams,
    body: z.object({ closed: z.boolean() }),
    responses: { 200: Done, ...roomErrors },
  },
  'rooms.openDirect': {
    method: 'POST',
    path: '/v1/direct',
    auth: 'bearer',
    summary:
      'The room of two that I have with somebody; it is made where there is none, and the other is told of it with its first message. One that I have closed is in my list again',
    body: z.object({ user_id: UserId }),
    responses: {
      200: RoomAnswer,
      201: RoomAnswer,
      400: ErrorBody,
      401: ErrorBody,
      403: ErrorBody,
      404: ErrorBody,
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
      .describe(
        'True: `missed` is all that was written or changed after afterSeq. False: start over from the history.',
      ),
    missed: z
      .array(ChatMessage)
      .describe('By revision, each message once and as it is now: what was deleted since shows as deleted.'),
    members: z.array(Member).describe('Who is here.'),
    voice: z.array(VoiceParticipant),
    speakingUserIds: z
      .array(UserId)
      .optional()
      .describe('Who speaks in voice now; from here on voice.speakers tells when it changes.'),
    room: RoomDetails.optional(),
    self: RoomSelf.optional(),
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
export const RoomCreated = RoomDetails.partial()
  .required({ roomId: true, roomSlug: true, roomTitle: true, isPublic: true, createdAt: true })
  .extend({ directWith: RoomForMe.shape.directWith.optional() })
  .meta({ id: 'RoomCreated' });

/** Where an event stands in its room's log. */
const inLog = { seq: Seq, epoch: Epoch };

export const roomEvents = defineEvents({
  'room.joined': { payload: RoomJoined, summary: 'Answers room.join without requestId' },
  'room.left': { payload: z.object({ roomSlug: RoomSlug }), summary: 'Answers room.leave without requestId' },
  'room.created': {
    payload: RoomCreated,
    summary:
      'A room that I may enter from now on: to every socket a public one; a private one to whoever was let in',
  },
  'room.changed': {
    payload: z.object({ ...inLog, room: RoomDetails }),
    summary: 'Title, topic, place or rules of the room are others now; to everyone in it',
  },
  'room.updated': {
    payload: RoomDetails,
    summary:
      'The same without a position, for the list of rooms: to every socket whose person may enter the room',
  },
  'room.memberChanged': {
    payload: z.object({
      ...inLog,
      roomId: RoomId,
      ...Member.shape,
      change: z
        .enum(['joined', 'left', 'kicked', 'banned', 'unbanned', 'roleChanged', 'muted', 'unmuted'])
        .describe('What happened to the person.'),
      role: MemberRole.nullable().describe('What they are in the room now.'),
      joinedAt: Timestamp.nullable().describe('Null where they belong to it no more.'),
      textMutedUntil: RoomSelf.shape.textMutedUntil,
      voiceMutedUntil: RoomSelf.shape.voiceMutedUntil,
    }),
    summary: 'Who belongs to the room, and as what, is another now; to everyone in it',
  },
  'room.selfChanged': {
    payload: z.object({
      roomId: RoomId,
      seq: Seq.describe('Of two the greater one counts.'),
      role: MemberRole,
      textMutedUntil: RoomSelf.shape.textMutedUntil,
      voiceMutedUntil: RoomSelf.shape.voiceMutedUntil,
    }),
    summary: 'What I am in a room that I belong to is another now; to my sockets, in the room or not',
  },
  'direct.closedChanged': {
    payload: z.object({ roomId: RoomId, roomSlug: RoomSlug, isClosed: z.boolean() }),
    summary: 'I have closed a direct room, or it is in my list again; to my sockets',
  },
  'room.position': {
    payload: z.object({ roomId: RoomId, ...inLog }),
    summary:
      'Where the room’s log stands, after events may have been lost on their way: whoever has seen less joins again with afterSeq',
  },
  'room.removed': {
    payload: z.object({
      roomId: RoomId,
      roomSlug: RoomSlug,
      reason: z
        .enum(['left', 'kicked', 'banned', 'deleted', 'closed'])
        .describe('closed: it is private now.'),
      note: z.string().optional().describe('What the moderator said.'),
    }),
    summary: 'This person is in the room no more: the socket has left it, and its voice',
  },
});
