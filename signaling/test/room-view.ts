import type { EventPayload, EventType, RequestResult, RoomMember } from '@boltorezka/protocol';
import { expect } from 'vitest';
import type { Teammate } from './team.ts';

/** What a client keeps of a room. */
interface View {
  room: NonNullable<RequestResult<'room.join'>['room']>;
  self: NonNullable<RequestResult<'room.join'>['self']>;
  /** By id. */
  members: Record<string, RoomMember>;
}

/** Also what no event says of it: where `isStale`, a client asks anew. */
export interface Kept extends View {
  isStale: boolean;
  /** By id, who is here by what name. */
  present: Record<string, string>;
  seq: number;
}

const membersOf = async (person: Teammate, slug: string): Promise<View['members']> => {
  const { members } = await person.done<{ members: RoomMember[] }>('members.list', { params: { slug } });
  return Object.fromEntries(members.map((member) => [member.user_id, member]));
};

/** As a client begins: joined first, so that nothing falls between. */
export const takeSnapshot = async (person: Teammate, slug: string): Promise<Kept> => {
  const { room, self, seq, members } = await person.request('room.join', { roomSlug: slug });
  if (!room || !self) throw new Error('a snapshot without its room');
  const present = Object.fromEntries(members.map(({ userId, userName }) => [userId, userName]));
  return { room, self, seq, present, isStale: false, members: await membersOf(person, slug) };
};

const mutesOf = ({ textMutedUntil, voiceMutedUntil }: EventPayload<'room.memberChanged'>) => ({
  ...(textMutedUntil === undefined ? {} : { text: textMutedUntil }),
  ...(voiceMutedUntil === undefined ? {} : { voice: voiceMutedUntil }),
});

const withMember = (view: Kept, change: EventPayload<'room.memberChanged'>, me: string): Kept => {
  const { userId: user_id, userName: user_name, role, joinedAt: joined_at, seq } = change;
  const { [user_id]: _former, ...members } = view.members;
  const { text, voice } = mutesOf(change);
  if (role !== null && joined_at !== null) {
    members[user_id] = {
      ...{ user_id, user_name, role, joined_at },
      ...(text === undefined ? {} : { text_muted_until: text }),
      ...(voice === undefined ? {} : { voice_muted_until: voice }),
    };
  }
  if (user_id !== me) return { ...view, seq, members };
  const self = {
    role,
    ...(text === undefined ? {} : { textMutedUntil: text }),
    ...(voice === undefined ? {} : { voiceMutedUntil: voice }),
  };
  return { ...view, seq, members, self };
};

/** No position of any log says it. */
const withName = (view: Kept, { userId, userName }: EventPayload<'user.renamed'>): Kept => {
  const { [userId]: member } = view.members;
  return {
    ...view,
    members: member ? { ...view.members, [userId]: { ...member, user_name: userName } } : view.members,
    present: userId in view.present ? { ...view.present, [userId]: userName } : view.present,
  };
};

const enter = (view: Kept, { userId, userName, roomSlug }: EventPayload<'presence.joined'>): Kept =>
  roomSlug === view.room.roomSlug ? { ...view, present: { ...view.present, [userId]: userName } } : view;

const go = (view: Kept, { userId, roomSlug }: EventPayload<'presence.left'>): Kept => {
  if (roomSlug !== view.room.roomSlug) return view;
  const { [userId]: _gone, ...present } = view.present;
  return { ...view, present };
};

/** What an event makes of what a client keeps; what it has seen already makes nothing of it. */
const folds: {
  [T in EventType]?: (view: Kept, payload: EventPayload<T>, me: string) => Kept;
} = {
  'room.changed': (view, { room, seq }) => ({ ...view, room, seq }),
  'room.memberChanged': withMember,
  'room.position': (view, { seq }) => ({ ...view, seq, isStale: true }),
};

/** What no log holds: told once, to who is there. */
const foldsPresent: {
  [T in EventType]?: (view: Kept, payload: EventPayload<T>) => Kept;
} = { 'user.renamed': withName, 'presence.joined': enter, 'presence.left': go };

export const foldEvents = (start: Kept, { id, frames }: Teammate): Kept => {
  let view = start;
  for (const { type, payload } of frames) {
    const apply = folds[type as EventType] as ((v: Kept, p: unknown, me: string) => Kept) | undefined;
    const { seq, roomId, room } = payload as { seq?: number; roomId?: string; room?: { roomId: string } };
    const tell = foldsPresent[type as EventType] as ((v: Kept, p: unknown) => Kept) | undefined;
    if (tell) view = tell(view, payload);
    if (!apply || seq === undefined || (roomId ?? room?.roomId) !== view.room.roomId) continue;
    // Positions follow each other, or something was lost.
    if (seq <= view.seq) continue;
    expect(seq).toBe(view.seq + 1);
    view = apply(view, payload, id);
  }
  return view;
};
