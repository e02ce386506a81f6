import type { MemberRole, Room, RoomMember, RouteDef, RouteName } from '@boltorezka/protocol';
import { routes } from '@boltorezka/protocol';
import { createRoom } from './rest.ts';
import type { TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

type Named = Record<string, string>;

export interface Call {
  params?: Named;
  query?: Record<string, string | number>;
  body?: object;
}

export interface Answer<B = Record<string, unknown>> {
  status: number;
  body: B;
}

/** Calls a route of the contract as somebody; what comes back is not judged. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body.
export const call = async <B = any>(
  { url, token }: { url: string; token: string },
  name: RouteName,
  { params = {}, query, body }: Call = {},
): Promise<Answer<B>> => {
  const route: RouteDef = routes[name];
  const path = route.path.replace(/:(\w+)/g, (_match, key: string) => encodeURIComponent(params[key] ?? ''));
  const pairs = Object.entries(query ?? {}).map(([key, value]): [string, string] => [key, String(value)]);
  const search = query ? `?${new URLSearchParams(pairs)}` : '';
  const response = await fetch(`${url}${path}${search}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, body: (isJson ? await response.json() : await response.bytes()) as B };
};

/** Somebody who calls REST and has a socket open. */
export interface Teammate extends TestSocket {
  readonly id: string;
  readonly url: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body.
  call: <B = any>(name: RouteName, asked?: Call) => Promise<Answer<B>>;
  /** As `call`, for what has to succeed. @returns the body. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body.
  done: <B = any>(name: RouteName, asked?: Call) => Promise<B>;
}

export const toTeammate = (url: string, socket: TestSocket): Teammate => {
  const at = { url, token: socket.token };
  return {
    ...socket,
    id: socket.user.id,
    url,
    call: (name, asked) => call(at, name, asked),
    done: async (name, asked) => {
      const { status, body } = await call(at, name, asked);
      if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
      return body;
    },
  };
};

export interface Team {
  meet: (name: string) => Promise<Teammate>;
  /** Another socket of the same person, at another process where there is one. */
  again: (person: Teammate) => Promise<Teammate>;
  /** Closes every socket that was opened. */
  part: () => Promise<void>;
}

export const createTeam = (server: () => TestServer): Team => {
  const met: Teammate[] = [];
  const keep = (person: Teammate): Teammate => {
    met.push(person);
    return person;
  };
  return {
    meet: async (name) => keep(toTeammate(server().url, await server().connect(name))),
    again: async (person) => {
      const url = server().urlBeside(person);
      return keep(toTeammate(url, await openSocket(url, person)));
    },
    part: async () => {
      await Promise.all(met.splice(0).map((person) => person.close()));
    },
  };
};

/** A room of somebody's, with others in it. */
export const gather = async (
  owner: Teammate,
  others: [Teammate, MemberRole][] = [],
  { isPublic = false }: { isPublic?: boolean } = {},
): Promise<Room> => {
  const room = await createRoom(owner.url, owner.token, { is_public: isPublic });
  for (const [person, role] of others) {
    await owner.done('members.set', { ...at(room, person), body: { role } });
  }
  return room;
};

/** Names a room, and somebody in it, in the address of a call. */
export const at = (room: { slug: string }, person?: { id: string }) => ({
  params: { slug: room.slug, ...(person ? { user_id: person.id } : {}) },
});

export const setMember = (by: Teammate, room: Room, [person, role]: [{ id: string }, MemberRole]) =>
  by.call('members.set', { ...at(room, person), body: { role } });

export const membersOf = async (person: Teammate, room: Room) =>
  (await person.done<{ members: RoomMember[] }>('members.list', at(room))).members;

/** What the room's audit log says was done, the last of it first. */
export const actionsOf = async (person: Teammate, room: Room) =>
  (await person.done('audit.room', at(room))).entries.map((entry: { action: string }) => entry.action);

export const makeAdministrator = (server: TestServer, person: Teammate) =>
  server.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [person.id]);

/** Whatever was told before this has arrived: somebody is told something that was told after it. */
export const settle = async (person: Teammate): Promise<void> => {
  const { room } = await person.done<{ room: Room }>('rooms.create', {
    body: { slug: `settle-${Math.random().toString(36).slice(2)}`, title: 'Settled' },
  });
  await person.next('room.created', ({ roomId }) => roomId === room.id);
};
