import type { EventPayload, Member, RoomSelf, ServerEvent, VoiceParticipant } from '@boltorezka/protocol';
import type { RoomState } from '../types/room.ts';

/** What has happened to somebody in the room; or they are called otherwise. */
export type MemberNews = EventPayload<'room.memberChanged'> | Member;

export const isMemberChange = (news: MemberNews): news is EventPayload<'room.memberChanged'> =>
  'change' in news;

type People = Pick<RoomState, 'members' | 'participants' | 'speakingUserIds'>;

/** Puts an entry in, in the place of the one of the same person. */
const upsert = <T extends { userId: string }>(list: T[], entry: T): T[] =>
  list.some(({ userId }) => userId === entry.userId)
    ? list.map((other) => (other.userId === entry.userId ? entry : other))
    : [...list, entry];

const without = <T extends { userId: string }>(list: T[], userId: string): T[] =>
  list.some((entry) => entry.userId === userId) ? list.filter((entry) => entry.userId !== userId) : list;

/** The same list where the person is not in it, or is called so already. */
export const renamed = <T extends Member, L extends readonly T[]>(
  list: L,
  { userId, userName }: Member,
): L =>
  list.some((entry) => entry.userId === userId && entry.userName !== userName)
    ? (list.map((entry) => (entry.userId === userId ? { ...entry, userName } : entry)) as unknown as L)
    : list;

const withMember = (members: Member[], { userId, userName }: Member): Member[] =>
  upsert(members, { userId, userName });

const withParticipant = (people: People, participant: VoiceParticipant): Partial<People> => ({
  participants: upsert(people.participants, participant),
});

/** Who is here, who sits in voice, who speaks: what one event changes about it. */
export const applyPeopleEvent = (people: People, event: ServerEvent): Partial<People> => {
  switch (event.type) {
    case 'presence.joined':
      return { members: withMember(people.members, event.payload) };
    case 'user.renamed': {
      const { userId, userName } = event.payload;
      return {
        members: renamed(people.members, { userId, userName }),
        participants: renamed(people.participants, { userId, userName }),
      };
    }
    case 'presence.left':
      return { members: without(people.members, event.payload.userId) };
    case 'voice.participantJoined':
    case 'voice.participantUpdated':
      return withParticipant(people, event.payload.participant);
    case 'voice.participantLeft': {
      const { userId } = event.payload;
      return {
        participants: without(people.participants, userId),
        speakingUserIds: people.speakingUserIds.filter((speaker) => speaker !== userId),
      };
    }
    case 'voice.speakers':
      return { speakingUserIds: event.payload.userIds };
    default:
      return {};
  }
};

const roomIdOf = (event: ServerEvent): string | undefined => {
  if (event.type === 'room.changed') return event.payload.room.roomId;
  return 'roomId' in event.payload ? event.payload.roomId : undefined;
};

/** Answers that came as events, and what the list of rooms is told: none of these is about what is in a room. */
const otherTypes: ReadonlySet<ServerEvent['type']> = new Set([
  'room.joined',
  'room.left',
  'room.created',
  'room.updated',
  'room.selfChanged',
  'direct.closedChanged',
  'lobby.voiceJoined',
  'lobby.voiceLeft',
  'lobby.activity',
  'chat.readChanged',
  'inbox.added',
  'moderation.waiting',
  'joinRequest.declined',
]);

/** True where the event is about this room, and what is in it. */
export const isEventOfRoom = (event: ServerEvent, room: { slug: string; id: string | null }): boolean => {
  if (otherTypes.has(event.type)) return false;
  if ('roomSlug' in event.payload) return event.payload.roomSlug === room.slug;
  return room.id !== null && roomIdOf(event) === room.id;
};

/** What the person is in the room after the event. */
export const selfAfter = ({
  role,
  textMutedUntil,
  voiceMutedUntil,
}: EventPayload<'room.memberChanged'>): RoomSelf => ({
  role,
  ...(textMutedUntil !== undefined && { textMutedUntil }),
  ...(voiceMutedUntil !== undefined && { voiceMutedUntil }),
});
