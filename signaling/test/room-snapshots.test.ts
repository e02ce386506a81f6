import type { EventPayload, EventType, RequestResult, RoomMember } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, type Teammate } from './team.ts';

/** What a client keeps of a room. */
interface View {
  room: NonNullable<RequestResult<'room.join'>['room']>;
  self: NonNullable<RequestResult<'room.join'>['self']>;
  /** By id. */
  members: Record<string, RoomMember>;
}

interface Kept extends View {
  /** By id, who is here by what name. */
  present: Record<string, string>;
  seq: number;
}

const membersOf = async (person: Teammate, slug: string): Promise<View['members']> => {
  const { members } = await person.done<{ members: RoomMember[] }>('members.list', { params: { slug } });
  return Object.fromEntries(members.map((member) => [member.user_id, member]));
};

/** As a client begins: joined first, so that nothing falls between. */
const takeSnapshot = async (person: Teammate, slug: string): Promise<Kept> => {
  const { room, self, seq, members } = await person.request('room.join', { roomSlug: slug });
  if (!room || !self) throw new Error('a snapshot without its room');
  const present = Object.fromEntries(members.map(({ userId, userName }) => [userId, userName]));
  return { room, self, seq, present, members: await membersOf(person, slug) };
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
};

/** What no log holds: told once, to who is there. */
const foldsPresent: {
  [T in EventType]?: (view: Kept, payload: EventPayload<T>) => Kept;
} = { 'user.renamed': withName, 'presence.joined': enter, 'presence.left': go };

const fold = (start: Kept, { id, frames }: Teammate): Kept => {
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

interface Cast {
  owner: Teammate;
  moderator: Teammate;
  member: Teammate;
  guest: Teammate;
  stranger: Teammate;
  slug: string;
}

/** Everything that changes a room, and how. Each takes `positions` positions. */
const actions: Record<string, { act: (cast: Cast) => Promise<unknown>; positions: number }> = {};
const add = (name: string, act: (cast: Cast) => Promise<unknown>, positions = 1) => {
  actions[name] = { act, positions };
};
const at = ({ slug }: Cast, person?: Teammate) => ({
  params: { slug, ...(person ? { user_id: person.id } : {}) },
});
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

for (const body of [
  { title: 'Another title' },
  { topic: 'Something else', position: 3 },
  { category: 'Elsewhere', position: 7 },
  { slow_mode_s: 30 },
  { accepts_requests: false },
  { archived: true },
  { is_public: true },
]) {
  add(`a room’s ${JSON.stringify(body)}`, (cast) => cast.owner.done('rooms.update', { ...at(cast), body }));
}
add(
  'a room’s topic, and none again',
  async (cast) => {
    await cast.moderator.done('rooms.update', { ...at(cast), body: { topic: 'Said once' } });
    await cast.moderator.done('rooms.update', { ...at(cast), body: { topic: '' } });
  },
  2,
);
add(
  'a room’s category, and none again',
  async (cast) => {
    await cast.owner.done('rooms.update', { ...at(cast), body: { category: 'Here' } });
    await cast.owner.done('rooms.update', { ...at(cast), body: { category: null } });
  },
  2,
);
for (const role of ['owner', 'moderator', 'member', 'guest'] as const) {
  add(`letting in as ${role}`, (cast) =>
    cast.owner.done('members.set', { ...at(cast, cast.stranger), body: { role } }),
  );
}
add('a higher role', (cast) =>
  cast.owner.done('members.set', { ...at(cast, cast.member), body: { role: 'moderator' } }),
);
add('a lower role', (cast) =>
  cast.owner.done('members.set', { ...at(cast, cast.moderator), body: { role: 'guest' } }),
);
add('sending out', (cast) => cast.moderator.done('members.remove', at(cast, cast.guest)));
add('leaving for good', (cast) => cast.guest.done('members.remove', at(cast, cast.guest)));
add('banning a member', (cast) =>
  cast.moderator.done('bans.set', { ...at(cast, cast.guest), body: { reason: 'x' } }),
);
add('banning who is no member', (cast) =>
  cast.moderator.done('bans.set', { ...at(cast, cast.stranger), body: {} }),
);
add(
  'lifting a ban',
  async (cast) => {
    await cast.moderator.done('bans.set', { ...at(cast, cast.guest), body: {} });
    await cast.moderator.done('bans.lift', at(cast, cast.guest));
  },
  2,
);
for (const body of [{ text: true }, { voice: true, expires_at: soon() }, { text: true, voice: true }]) {
  add(`muting ${Object.keys(body).join(', ')}`, (cast) =>
    cast.owner.done('members.mute', { ...at(cast, cast.member), body }),
  );
}
add(
  'unmuting',
  async (cast) => {
    await cast.owner.done('members.mute', { ...at(cast, cast.member), body: { text: true } });
    await cast.owner.done('members.unmute', at(cast, cast.member));
  },
  2,
);
add('taking an invitation', async (cast) => {
  const { code } = await cast.member.done('invitations.create', { ...at(cast), body: { role: 'guest' } });
  await cast.stranger.done('invitations.accept', { body: { code } });
});
add('letting in who asks', async (cast) => {
  await cast.stranger.done('joinRequests.create', { ...at(cast), body: {} });
  await cast.moderator.done('joinRequests.decide', { ...at(cast, cast.stranger), body: { accept: true } });
});
add(
  'refusing who asks',
  async (cast) => {
    await cast.stranger.done('joinRequests.create', { ...at(cast), body: {} });
    await cast.moderator.done('joinRequests.decide', { ...at(cast, cast.stranger), body: { accept: false } });
  },
  0,
);

add(
  'another name of somebody who is here',
  async ({ member, owner }) => {
    await member.done('auth.rename', { body: { name: 'Renamed' } });
    await owner.next('user.renamed', ({ userId }) => userId === member.id);
    await member.next('user.renamed', ({ userId }) => userId === member.id);
  },
  0,
);

describe('what a client makes of events', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const gatherCast = async (): Promise<Cast> => {
    const [owner, moderator, member] = [await meet('Owner'), await meet('Moderator'), await meet('Member')];
    const [guest, stranger] = [await meet('Guest'), await meet('Stranger')];
    const { slug } = await gather(owner, [
      [moderator, 'moderator'],
      [member, 'member'],
      [guest, 'guest'],
    ]);
    return { owner, moderator, member, guest, stranger, slug };
  };

  it.each(Object.entries(actions))('after %s is what a fresh snapshot says', async (_name, action) => {
    const cast = await gatherCast();
    const readers = [cast.owner, cast.member];
    const kept = await Promise.all(readers.map((reader) => takeSnapshot(reader, cast.slug)));
    await action.act(cast);
    const fresh = await Promise.all(readers.map((reader) => takeSnapshot(reader, cast.slug)));
    for (const [index, reader] of readers.entries()) {
      expect(fresh[index]!.seq).toBe(kept[index]!.seq + action.positions);
      // What the answer to the second join came after has come.
      expect(fold(kept[index]!, reader)).toEqual(fresh[index]);
    }
  });

  it('is so after all of them, whoever looks', async () => {
    const cast = await gatherCast();
    const kept = await takeSnapshot(cast.owner, cast.slug);
    await cast.owner.done('members.mute', { ...at(cast, cast.member), body: { text: true, voice: true } });
    await cast.owner.done('rooms.update', { ...at(cast), body: { title: 'Last', is_public: true } });
    await cast.moderator.done('bans.set', { ...at(cast, cast.guest), body: {} });
    await cast.owner.done('members.set', { ...at(cast, cast.member), body: { role: 'moderator' } });
    await cast.owner.done('members.set', { ...at(cast, cast.stranger), body: { role: 'owner' } });
    await cast.stranger.done('members.remove', at(cast, cast.moderator));
    const fresh = await takeSnapshot(cast.owner, cast.slug);
    expect(fold(kept, cast.owner)).toEqual(fresh);
  });
});
