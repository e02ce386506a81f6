import type { AuthResult, RouteName } from '@boltorezka/protocol';
import { startBesiegedServer } from './besieged-server.ts';
import { upload } from './files.ts';
import { createPictureRig } from './person-picture-rig.ts';
import { takePicture } from './pictures.ts';
import { createRoom } from './rest.ts';
import type { KnownValues } from './schema-arbitrary.ts';
import type { TestServer } from './start-server.ts';
import { type Call, call } from './team.ts';
import type { TestSocket } from './test-socket.ts';

type Asker = Parameters<typeof call>[0];

const done = async (asker: Asker, name: RouteName, asked?: Call) => {
  const { status, body } = await call(asker, name, asked);
  if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  return body;
};

/** Who calls. They may sign themselves out, delete each other and change the rules; others come then. */
export interface Callers {
  /** Somebody of a few, in rooms of every kind. */
  somebody: () => Promise<string>;
  /** Somebody whom nobody misses. */
  passerBy: () => Promise<string>;
  administrator: () => Promise<string>;
}

/** People of every kind in rooms of every kind: what the inputs name, exists. */
export interface World {
  server: TestServer;
  callers: Callers;
  sockets: TestSocket[];
  known: KnownValues;
}

const isIn = async (server: TestServer, { token }: AuthResult) =>
  (await call({ url: server.url, token }, 'auth.me')).status === 200;

/** The same person for as long as they are let in, and then another, also where registering has been closed. */
const createReplaceable = (server: TestServer, name: string) => {
  let current: Promise<AuthResult> | undefined;
  return async (): Promise<AuthResult> => {
    const known = await current;
    if (known && (await isIn(server, known))) return known;
    await server.database.db.query("DELETE FROM server_settings WHERE name = 'registration'");
    current = server.register(name);
    return current;
  };
};

/** One after another of those, who are in rooms of every kind, or somebody else. */
const createCallers = (server: TestServer, people: AuthResult[]): Callers => {
  let turn = 0;
  const passerBy = createReplaceable(server, 'Passer-by');
  const administrator = createReplaceable(server, 'Administrator');
  return {
    somebody: async () => {
      turn += 1;
      return (people[turn % people.length] as AuthResult).token;
    },
    passerBy: async () => (await passerBy()).token,
    administrator: async () => {
      const { token, user } = await administrator();
      await server.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [user.id]);
      return token;
    },
  };
};

const writeEverywhere = async (sockets: TestSocket[], slugs: string[]): Promise<string[]> => {
  const messageIds: string[] = [];
  for (const socket of sockets) {
    for (const roomSlug of slugs) {
      await socket.request('room.join', { roomSlug, keepOthers: true });
      const { id } = await socket.request('chat.send', { roomSlug, text: 'Some words of a message' });
      messageIds.push(id);
    }
  }
  return messageIds;
};

/** Of invitations, reports, sessions, files and pictures one at least. */
const makeThings = async (
  server: TestServer,
  [owner, administrator]: [AuthResult, AuthResult],
  { slug, messageId }: { slug: string; messageId: string },
): Promise<KnownValues> => {
  const { url, database } = server;
  const [hers, theirs] = [owner, administrator].map(({ token }) => ({ url, token })) as [Asker, Asker];
  await database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [administrator.user.id]);
  const ofRoom = await done(hers, 'invitations.create', { params: { slug }, body: {} });
  const ofServer = await done(theirs, 'admin.createInvitation', { body: {} });
  const reset = await done(theirs, 'admin.resetPassword', { params: { user_id: owner.user.id } });
  await done(hers, 'reports.create', { params: { message_id: messageId }, body: { reason: 'It is rude' } });
  const { reports } = await done(hers, 'reports.list', { params: { slug } });
  const { sessions } = await done(hers, 'auth.sessions');
  const body = await takePicture({ format: 'png' });
  const { id } = await upload(url, { token: owner.token, room: slug, body });
  return {
    invitation_id: [ofRoom.invitation.id, ofServer.invitation.id],
    code: [ofRoom.code, ofServer.code, reset.code],
    report_id: reports.map((report: { id: string }) => report.id),
    session_id: sessions.map((session: { id: string }) => session.id),
    ...{ attachment_id: [id], attachments: [id] },
    picture_id: [await createPictureRig(() => server).set(owner)],
  };
};

export const openFuzzWorld = async (): Promise<World> => {
  const server = await startBesiegedServer({ env: { RATE_LIMIT_GUESSES_PER_HOUR: '100000' } });
  const names = ['Anna', 'Boris', 'Clara', 'Somebody who administers'];
  const people = await Promise.all(names.map((name) => server.register(name)));
  const [owner, , , administrator] = people as [AuthResult, AuthResult, AuthResult, AuthResult];
  const open = await createRoom(server.url, owner.token);
  const closed = await createRoom(server.url, owner.token, { is_public: false });
  const slugs = ['general', open.slug, closed.slug];
  const sockets = await Promise.all(['Dora', 'Egor'].map((name) => server.connect(name)));
  const messageIds = await writeEverywhere(sockets, ['general', open.slug]);
  const things = await makeThings(server, [owner, administrator], {
    slug: open.slug,
    messageId: messageIds[1] as string,
  });
  const userIds = [...people, ...sockets].map(({ user }) => user.id);
  const password = { password: ['password123'], current_password: ['password123'] };
  const known = {
    ...{ slug: slugs, roomSlug: slugs, room_slug: slugs },
    ...{ user_id: userIds, userId: userIds, mentions: userIds, user_ids: userIds },
    ...{ messageId: messageIds, message_id: messageIds, around: messageIds, replyTo: messageIds },
    ...{ threadRootId: messageIds, thread_root_id: messageIds, emoji: ['👍', '❤️'] },
    ...{ limit: [1, 20], around_seq: [1, 2], ...password },
    email: people.map(({ user }) => user.email),
    ...things,
  };
  return { server, callers: createCallers(server, people.slice(0, 3)), sockets, known };
};
