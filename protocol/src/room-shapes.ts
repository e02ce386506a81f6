import { z } from 'zod';
import { RoomId, RoomSlug, Seq, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { oneLineText } from './one-line.ts';
import { snakeCased } from './snake-case.ts';

export const MemberRole = z
  .enum(['owner', 'moderator', 'member', 'guest'])
  .meta({ id: 'MemberRole', description: 'From the most that somebody may do in a room to the least.' });
export type MemberRole = z.infer<typeof MemberRole>;

/** What one may give to others: a room's owner is made by its owner alone. */
export const GrantedRole = MemberRole.exclude(['owner']).meta({ id: 'GrantedRole' });
export type GrantedRole = z.infer<typeof GrantedRole>;

export const RoomTitle = oneLineText(limits.minRoomTitleLength, limits.maxRoomTitleLength);
export const RoomTopic = oneLineText(0, limits.maxRoomTopicLength);
export const RoomCategory = oneLineText(1, limits.maxRoomCategoryLength);

/** A room as everybody sees it who may enter it. */
export const RoomDetails = z
  .object({
    roomId: RoomId,
    roomSlug: RoomSlug,
    roomTitle: z.string(),
    isPublic: z.boolean(),
    createdAt: Timestamp,
    kind: z.enum(['room', 'direct']),
    topic: z.string(),
    category: z.string().nullable().describe('Rooms of one category stand together; null: before them.'),
    position: z.int().describe('Within the category, the smaller first.'),
    slowModeS: z.int().nonnegative().describe('How long a member waits between two messages; 0: not at all.'),
    acceptsRequests: z
      .boolean()
      .describe(
        'A private room that answers strangers, who may ask to be let in. Without it, it is as if there were none.',
      ),
    archivedAt: Timestamp.nullable().describe('Since when it is only read.'),
  })
  .meta({ id: 'RoomDetails' });
export type RoomDetails = z.infer<typeof RoomDetails>;

/** What one person is in a room. */
export const RoomSelf = z
  .object({
    role: MemberRole.nullable().describe(
      'Null: no member. Who is none may do in a public room what a member may.',
    ),
    textMutedUntil: Timestamp.nullable()
      .optional()
      .describe(
        'A moderator has silenced this person: until then, or with null for good. Absent: not muted.',
      ),
    voiceMutedUntil: Timestamp.nullable().optional(),
    isBlocked: z
      .boolean()
      .optional()
      .describe(
        'Of a direct room: one of the two has blocked the other, whichever; nothing is written there.',
      ),
  })
  .meta({ id: 'RoomSelf' });
export type RoomSelf = z.infer<typeof RoomSelf>;

export const NotifyLevel = z.enum(['all', 'mentions', 'nothing']).meta({ id: 'NotifyLevel' });
export type NotifyLevel = z.infer<typeof NotifyLevel>;

/** What a room's list entry holds for the person who asks. */
export const RoomForMe = z
  .object({
    kind: RoomDetails.shape.kind,
    topic: RoomDetails.shape.topic,
    category: RoomDetails.shape.category,
    position: RoomDetails.shape.position,
    slowModeS: RoomDetails.shape.slowModeS,
    acceptsRequests: RoomDetails.shape.acceptsRequests,
    archivedAt: RoomDetails.shape.archivedAt,
    myRole: RoomSelf.shape.role,
    messageCount: z.int().nonnegative().describe("The room's own messages so far."),
    lastMessageAt: Timestamp.nullable(),
    read: z
      .object({
        seq: Seq,
        messageCount: z
          .int()
          .nonnegative()
          .describe('Of the room’s own messages, up to there; with mine behind it.'),
      })
      .nullable()
      .describe('Up to where I have read; null where I never did.'),
    unreadMentionCount: z.int().nonnegative(),
    notify: NotifyLevel,
    directWith: z
      .object({ userId: UserId, userName: z.string() })
      .nullable()
      .describe('The other person of a direct room.'),
    isClosed: z
      .boolean()
      .describe(
        'A direct room that I have closed: out of my list until something is written there, or I open it.',
      ),
  })
  .meta({ id: 'RoomForMe' });
export type RoomForMe = z.infer<typeof RoomForMe>;

/** A room in REST: the baseline's five fields, and what came after them. */
export const Room = z
  .object({ id: RoomId, slug: RoomSlug, title: z.string(), is_public: z.boolean(), created_at: Timestamp })
  .extend(snakeCased(RoomForMe.partial()).shape)
  .meta({ id: 'Room' });
export type Room = z.infer<typeof Room>;
