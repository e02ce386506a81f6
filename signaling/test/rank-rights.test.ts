import { randomUUID } from 'node:crypto';
import type { MemberRole, RouteName } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, makeAdministrator, type Teammate } from './team.ts';
import type { NackError } from './test-socket.ts';

/** Whom it is done to, in the order of the columns below; `self` is whoever does it. */
const targets = ['self', 'guest', 'member', 'moderator', 'owner', 'administrator'] as const;
type Target = (typeof targets)[number];
type Named = Exclude<Target, 'self'>;

/** Who does it. Each target of the same name is somebody else of that role. */
const actors = ['guest', 'member', 'moderator', 'owner', 'administrator'] as const;
type Actor = (typeof actors)[number];

interface Row {
  name: RouteName;
  as?: string;
  body?: object;
  /** The one it is done to is banned, or muted, before. */
  before?: 'banned' | 'muted';
  /** What each of `actors` is answered for each of `targets`. */
  statuses: Record<Actor, string>;
}

// biome-ignore-start format: a table is read by its columns.
const nobody = '403 403 403 403 403 403';
const lesser = {
  guest: nobody,
  member: nobody,
  //              self guest member moderator owner administrator
  moderator: '403 200 200 403 403 403',
  owner: '403 200 200 200 403 403',
  administrator: '403 200 200 200 200 403',
};

const table: Row[] = [
  {
    name: 'members.set',
    as: 'to guest',
    body: { role: 'guest' },
    statuses: {
      ...lesser,
      guest: '200 403 403 403 403 403',
      member: '200 403 403 403 403 403',
      moderator: '200 200 200 403 403 403',
      owner: '200 200 200 200 403 403',
      administrator: '200 200 200 200 200 403',
    },
  },
  {
    name: 'members.set',
    as: 'to moderator',
    body: { role: 'moderator' },
    statuses: {
      ...lesser,
      moderator: '200 403 403 403 403 403',
      owner: '200 200 200 200 403 403',
      administrator: '200 200 200 200 200 403',
    },
  },
  {
    name: 'members.set',
    as: 'to owner',
    body: { role: 'owner' },
    statuses: {
      ...lesser,
      moderator: nobody,
      owner: '200 200 200 200 403 403',
      administrator: '200 200 200 200 200 403',
    },
  },
  {
    name: 'members.remove',
    statuses: {
      guest: '200 403 403 403 403 403',
      member: '200 403 403 403 403 403',
      moderator: '200 200 200 403 403 403',
      owner: '200 200 200 200 403 403',
      administrator: '200 200 200 200 200 403',
    },
  },
  { name: 'members.mute', body: { text: true }, statuses: lesser },
  // Whoever moderates may let anybody speak but themselves; above an administrator there is nobody.
  {
    name: 'members.unmute',
    before: 'muted',
    statuses: {
      guest: nobody,
      member: nobody,
      moderator: '403 200 200 200 200 200',
      owner: '403 200 200 200 200 200',
      administrator: '200 200 200 200 200 200',
    },
  },
  { name: 'bans.set', body: {}, statuses: lesser },
];
// biome-ignore-end format: as above.

describe('what a moderator does to somebody', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  const people = {} as Record<Actor, Teammate>;
  const others = {} as Record<Named, Teammate>;
  let owner: Teammate;
  beforeAll(async () => {
    server = await startTestServer();
    owner = await meet('Another owner');
    for (const name of actors) {
      people[name] = await meet(`A ${name}`);
      others[name] = await meet(`Another ${name}`);
    }
    for (const person of [people.administrator, others.administrator])
      await makeAdministrator(server, person);
  });
  afterAll(async () => {
    await part();
    await server.close();
  });

  const roleOf = (name: Named): MemberRole => (name === 'administrator' ? 'member' : name);

  /** A room of all of them, as none that was there before. */
  const setRoom = async ({ before }: Pick<Row, 'before'>, targetId: string) => {
    const { db } = server.database;
    const room = { id: randomUUID(), slug: `room-${randomUUID()}` };
    await db.query(`INSERT INTO rooms (id, slug, title, is_public) VALUES ($1, $2, 'Room', false)`, [
      ...[room.id, room.slug],
    ]);
    const members = [
      ...actors.flatMap((name) => [people[name], others[name]].map(({ id }) => ({ id, role: roleOf(name) }))),
      { id: owner.id, role: 'owner' },
    ];
    await db.query(
      'INSERT INTO room_members (room_id, user_id, role) SELECT $1, * FROM unnest($2::uuid[], $3::text[])',
      [room.id, members.map(({ id }) => id), members.map(({ role }) => role)],
    );
    if (before === 'banned')
      await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [room.id, targetId]);
    if (before === 'muted')
      await db.query('INSERT INTO room_mutes (room_id, user_id, text, voice) VALUES ($1, $2, true, false)', [
        room.id,
        targetId,
      ]);
    return room;
  };

  const answersTo = async (row: Row, actor: Actor): Promise<string> => {
    const statuses: number[] = [];
    for (const target of targets) {
      const { id: user_id } = target === 'self' ? people[actor] : others[target];
      const { slug } = await setRoom(row, user_id);
      const asked = { params: { slug, user_id }, ...(row.body ? { body: row.body } : {}) };
      statuses.push((await people[actor].call(row.name, asked)).status);
    }
    return statuses.join(' ');
  };

  it.each(table)('$name $as goes as far as they stand above the other', async (row) => {
    const found: Partial<Record<Actor, string>> = {};
    for (const actor of actors) found[actor] = await answersTo(row, actor);
    expect(found).toEqual(row.statuses);
  });

  it('bans.lift goes as far as they stand above what the other will be; an administrator counts as their role', async () => {
    const found: Record<string, string> = {};
    for (const actor of actors) {
      const statuses: number[] = [];
      for (const target of targets.slice(1) as Named[]) {
        const { id: user_id } = others[target];
        const { slug } = await setRoom({ before: 'banned' }, user_id);
        statuses.push((await people[actor].call('bans.lift', { params: { slug, user_id } })).status);
      }
      found[actor] = statuses.join(' ');
    }
    expect(found).toEqual({
      ...{ guest: '403 403 403 403 403', member: '403 403 403 403 403' },
      ...{ moderator: '200 200 403 403 200', owner: '200 200 200 403 200' },
      administrator: '200 200 200 200 200',
    });
  });

  it('chat.delete and chat.pin reach whatever anybody wrote, from moderators on, and chat.edit nobody else’s', async () => {
    const found: Record<string, string> = {};
    for (const actor of actors)
      for (const type of ['chat.delete', 'chat.pin', 'chat.edit'] as const) {
        const codes: string[] = [];
        for (const target of targets) {
          const author = target === 'self' ? people[actor] : others[target];
          const { slug: roomSlug } = await setRoom({}, author.id);
          await author.request('room.join', { roomSlug });
          const { id: messageId } = await author.request('chat.send', { roomSlug, text: 'x' });
          const payload = { messageId, isPinned: true, text: 'y' };
          await people[actor].request('room.join', { roomSlug });
          const answer = people[actor].request(type, payload as never).then(
            () => 'ack',
            (error: unknown) => (error as NackError).payload.code,
          );
          codes.push(await answer);
        }
        found[`${type} ${actor}`] = codes.join(' ');
      }
    const none = Array(6).fill('Forbidden').join(' ');
    const own = none.replace('Forbidden', 'ack');
    const all = Array(6).fill('ack').join(' ');
    expect(found).toEqual({
      ...Object.fromEntries(actors.map((actor) => [`chat.edit ${actor}`, own])),
      ...{
        'chat.delete guest': own,
        'chat.delete member': own,
        'chat.pin guest': none,
        'chat.pin member': none,
      },
      ...Object.fromEntries(
        (['moderator', 'owner', 'administrator'] as const).flatMap((actor) => [
          [`chat.delete ${actor}`, all],
          [`chat.pin ${actor}`, all],
        ]),
      ),
    });
  });
});
