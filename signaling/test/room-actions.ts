import type { Teammate } from './team.ts';

export interface Cast {
  owner: Teammate;
  moderator: Teammate;
  member: Teammate;
  guest: Teammate;
  stranger: Teammate;
  administrator: Teammate;
  slug: string;
}

export interface RoomAction {
  act: (cast: Cast) => Promise<unknown>;
  /** So many the room's log has more. */
  positions: number;
  /** Who looks meanwhile. */
  readersOf: (cast: Cast) => Teammate[];
}

/** Everything that changes a room, and how. */
export const roomActions: Record<string, RoomAction> = {};

const ownerAndMember: RoomAction['readersOf'] = ({ owner, member }) => [owner, member];

const add = (name: string, act: RoomAction['act'], how: number | Omit<RoomAction, 'act'> = 1): void => {
  roomActions[name] = {
    act,
    ...(typeof how === 'number' ? { positions: how, readersOf: ownerAndMember } : how),
  };
};

/** Who is named is named in the room of the cast. */
export const at = ({ slug }: Cast, person?: Teammate) => ({
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

const inAMoment = () => ({ expires_at: new Date(Date.now() + 300).toISOString() });
add(
  'the end of a ban by time',
  async (cast) => {
    await cast.moderator.done('bans.set', { ...at(cast, cast.guest), body: inAMoment() });
    await cast.owner.next('room.memberChanged', ({ change }) => change === 'unbanned');
  },
  2,
);
for (const body of [{ text: true }, { voice: true }, { text: true, voice: true }]) {
  add(
    `the end by time of muting ${Object.keys(body).join(', ')}`,
    async (cast) => {
      await cast.owner.done('members.mute', { ...at(cast, cast.member), body: { ...body, ...inAMoment() } });
      await cast.owner.next('room.memberChanged', ({ change }) => change === 'unmuted');
    },
    2,
  );
}

const heirs: RoomAction['readersOf'] = ({ moderator, member }) => [moderator, member];
const muteHeir = (cast: Cast) =>
  cast.owner.done('members.mute', { ...at(cast, cast.moderator), body: { text: true, voice: true } });
add(
  'the deletion of the account of the only owner',
  async (cast) => {
    await muteHeir(cast);
    const params = { user_id: cast.owner.id };
    await cast.administrator.done('admin.deleteUser', { params, body: { erase_messages: false } });
  },
  { positions: 3, readersOf: heirs },
);
add(
  'the ban of the only owner from the server',
  async (cast) => {
    await muteHeir(cast);
    const params = { user_id: cast.owner.id };
    await cast.administrator.done('admin.updateUser', { params, body: { ban: { reason: 'Spam' } } });
  },
  { positions: 3, readersOf: heirs },
);
