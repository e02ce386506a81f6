import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents } from './frames.ts';
import { humanText, RoomSlug, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { Member } from './presence.ts';
import { GrantedRole, MemberRole } from './room-shapes.ts';
import { defineRoutes } from './routes.ts';

const RoomParams = z.object({ slug: RoomSlug });
const PersonParams = z.object({ slug: RoomSlug, user_id: UserId });
const Reason = humanText(0, limits.maxReasonLength).transform((text) => text.trim());
const errors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody };
const person = { user_id: UserId, user_name: z.string() };
const Until = Timestamp.nullable().describe('Null: for good.');

const cursor = z.string().max(100).optional().describe('The next_cursor of an earlier page.');
const limit = z.coerce.number().int().min(1).max(100).default(100);

export const RoomMember = z
  .object({
    ...person,
    role: MemberRole,
    joined_at: Timestamp,
    text_muted_until: Until.optional().describe('Absent: not muted. Null: for good.'),
    voice_muted_until: Until.optional().describe('Absent: not muted. Null: for good.'),
  })
  .meta({ id: 'RoomMember' });
export type RoomMember = z.infer<typeof RoomMember>;

const By = z.object(person).nullable().describe('The moderator; null where they have left the server.');

export const RoomBan = z
  .object({
    ...person,
    reason: z.string(),
    created_at: Timestamp,
    expires_at: Until,
    banned_by: By.optional(),
  })
  .meta({ id: 'RoomBan' });
export type RoomBan = z.infer<typeof RoomBan>;

export const RoomMute = z
  .object({
    ...person,
    text: z.boolean(),
    voice: z.boolean(),
    reason: z.string(),
    created_at: Timestamp,
    expires_at: Until,
    muted_by: By,
  })
  .meta({ id: 'RoomMute' });
export type RoomMute = z.infer<typeof RoomMute>;

export const JoinRequest = z
  .object({ ...person, text: z.string(), created_at: Timestamp })
  .meta({ id: 'JoinRequest' });
export type JoinRequest = z.infer<typeof JoinRequest>;

/** What a room tells somebody who stands before it. */
export const RoomDoor = z
  .object({
    room_title: z.string(),
    topic: z.string(),
    standing: z
      .enum(['open', 'closed', 'banned'])
      .describe('open: I may enter. closed: I may ask to be let in. banned: a moderator keeps me out.'),
    request: z.object({ text: z.string(), created_at: Timestamp }).nullable().describe('What I have asked.'),
    ban: z.object({ reason: z.string(), expires_at: Until }).nullable(),
  })
  .meta({ id: 'RoomDoor' });
export type RoomDoor = z.infer<typeof RoomDoor>;

/** Who belongs to a room, and as what. */
export const memberRoutes = defineRoutes({
  'members.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/members',
    auth: 'bearer',
    summary: 'Who belongs to the room; of a public one, who has a role in it',
    params: RoomParams,
    query: z.object({ cursor, limit: z.coerce.number().int().min(1).max(500).default(200) }),
    responses: {
      200: z.object({ members: z.array(RoomMember), next_cursor: z.string().nullable() }),
      ...errors,
    },
  },
  'members.set': {
    method: 'PUT',
    path: '/v1/rooms/:slug/members/:user_id',
    auth: 'bearer',
    summary: 'Let somebody in, or give them another role. Owners alone make owners, and stay what they are',
    params: PersonParams,
    body: z.object({ role: MemberRole }),
    responses: { 200: z.object({ member: RoomMember }), ...errors, 409: ErrorBody },
  },
  'members.remove': {
    method: 'DELETE',
    path: '/v1/rooms/:slug/members/:user_id',
    auth: 'bearer',
    summary: 'Send somebody out, or leave for good. A room keeps one owner at least',
    params: PersonParams,
    responses: { 200: Done, ...errors, 409: ErrorBody },
  },
  'mutes.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/mutes',
    auth: 'bearer',
    summary: 'Who is silenced, for its moderators: why, until when and by whom',
    params: RoomParams,
    query: z.object({ cursor, limit }),
    responses: {
      200: z.object({ mutes: z.array(RoomMute), next_cursor: z.string().nullable() }),
      ...errors,
    },
  },
  'members.mute': {
    method: 'PUT',
    path: '/v1/rooms/:slug/mutes/:user_id',
    auth: 'bearer',
    summary: 'Silence somebody, in text, in voice or both',
    params: PersonParams,
    body: z
      .object({
        text: z.boolean().default(false),
        voice: z.boolean().default(false),
        expires_at: Until.default(null),
        reason: Reason.default(''),
      })
      .refine(({ text, voice }) => text || voice, 'Say what to silence: text, voice or both'),
    responses: { 200: Done, ...errors },
  },
  'members.unmute': {
    method: 'DELETE',
    path: '/v1/rooms/:slug/mutes/:user_id',
    auth: 'bearer',
    summary: 'Let somebody write and speak again',
    params: PersonParams,
    responses: { 200: Done, ...errors },
  },
  'bans.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/bans',
    auth: 'bearer',
    summary: 'Who may not enter',
    params: RoomParams,
    query: z.object({ cursor, limit }),
    responses: { 200: z.object({ bans: z.array(RoomBan), next_cursor: z.string().nullable() }), ...errors },
  },
  'bans.set': {
    method: 'PUT',
    path: '/v1/rooms/:slug/bans/:user_id',
    auth: 'bearer',
    summary:
      'Send somebody out, and keep them out. Their sockets leave the room, and its voice, within a second',
    params: PersonParams,
    body: z.object({
      reason: Reason.default(''),
      expires_at: Until.default(null),
      delete_messages: z
        .boolean()
        .default(false)
        .describe('Also delete what they wrote here in the last day.'),
    }),
    responses: { 200: Done, ...errors, 409: ErrorBody },
  },
  'bans.lift': {
    method: 'DELETE',
    path: '/v1/rooms/:slug/bans/:user_id',
    auth: 'bearer',
    summary: 'Let somebody enter again',
    params: PersonParams,
    responses: { 200: Done, ...errors },
  },
  'joinRequests.look': {
    method: 'GET',
    path: '/v1/rooms/:slug/door',
    auth: 'bearer',
    summary:
      'What a room is that I may not enter, whether I have asked to be let in, and why I am kept out. A hidden one is as if there were none',
    params: RoomParams,
    responses: { 200: z.object({ door: RoomDoor }), 400: ErrorBody, 401: ErrorBody, 404: ErrorBody },
  },
  'joinRequests.create': {
    method: 'POST',
    path: '/v1/rooms/:slug/join-requests',
    auth: 'bearer',
    summary: 'Ask to be let in to a private room; asking again changes the words',
    params: RoomParams,
    body: z.object({ text: Reason.default('') }),
    responses: { 201: Done, ...errors, 409: ErrorBody, 429: ErrorBody },
  },
  'joinRequests.withdraw': {
    method: 'DELETE',
    path: '/v1/rooms/:slug/join-requests',
    auth: 'bearer',
    summary: 'Ask no more',
    params: RoomParams,
    responses: { 200: Done, ...errors },
  },
  'joinRequests.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/join-requests',
    auth: 'bearer',
    summary: 'Who asks to be let in, the first one first; a hundred at most',
    params: RoomParams,
    responses: { 200: z.object({ requests: z.array(JoinRequest) }), ...errors },
  },
  'joinRequests.decide': {
    method: 'POST',
    path: '/v1/rooms/:slug/join-requests/:user_id',
    auth: 'bearer',
    summary: 'Let in who asked, or not',
    params: PersonParams,
    body: z.object({ accept: z.boolean(), role: GrantedRole.default('member') }),
    responses: { 200: Done, ...errors },
  },
});

export const peopleEvents = defineEvents({
  'blocks.changed': {
    payload: z.object({ ...Member.shape, isBlocked: z.boolean() }),
    summary: 'I have blocked somebody, or block them no more; to my sockets',
  },
});

export const peopleRoutes = defineRoutes({
  'people.find': {
    method: 'GET',
    path: '/v1/people',
    auth: 'bearer',
    summary:
      'People of this server by the beginning of a word of their name; of a room, those who may enter it',
    query: z.object({
      query: humanText(0, 120).default(''),
      room_slug: RoomSlug.optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
    responses: {
      200: z.object({ people: z.array(z.object(person)) }),
      400: ErrorBody,
      401: ErrorBody,
      403: ErrorBody,
      404: ErrorBody,
      429: ErrorBody,
    },
  },
  'blocks.list': {
    method: 'GET',
    path: '/v1/blocks',
    auth: 'bearer',
    summary: 'Whom I have blocked',
    responses: { 200: z.object({ people: z.array(z.object(person)) }), 401: ErrorBody },
  },
  'blocks.set': {
    method: 'PUT',
    path: '/v1/blocks/:user_id',
    auth: 'bearer',
    summary:
      'Block somebody: neither of us writes to the other directly, and their naming me tells me nothing',
    params: z.object({ user_id: UserId }),
    responses: { 200: Done, ...errors },
  },
  'blocks.lift': {
    method: 'DELETE',
    path: '/v1/blocks/:user_id',
    auth: 'bearer',
    summary: 'Block somebody no more',
    params: z.object({ user_id: UserId }),
    responses: { 200: Done, ...errors },
  },
});
