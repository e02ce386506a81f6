import type { EventPayload } from '@boltorezka/protocol';
import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import {
  hasRoomsReport,
  selectServerWaiting,
  selectWaiting,
  selectWaitingFor,
} from './waiting-repository.ts';

export interface WaitingDeps {
  db: Database;
  publish: Publish;
  log: Logger;
}

/** Tells who looks after something how much waits for them, after a commit that changed it. Nobody waits for it. */
export interface Waiting {
  /** How much waits in a room is another number. */
  tellRoom(roomId: string): void;
  /** How many reports are the server's is another number. */
  tellServer(): void;
  /** Somebody has just come, or administers the server from now on: what changed before, nobody told them. */
  tellPerson(userId: string): void;
  /** A room was opened or closed to the public: others look after it than did. */
  handleOpening(roomId: string): void;
  /** Somebody is something else in a room than they were: they may look after it now, or nobody may any more. */
  handleMember(change: Pick<EventPayload<'room.memberChanged'>, 'roomId' | 'userId' | 'change'>): void;
}

export type TellWaiting = Waiting['tellRoom'];

/** One after the other where they have the same name: what was counted later is told later. */
const createTurns = (log: Logger) => {
  const turns = new Map<string, Promise<void>>();
  return (name: string, task: () => Promise<void>): void => {
    const before = turns.get(name) ?? Promise.resolve();
    const turn = before
      .then(task)
      .catch((error: unknown) => log.warn({ err: error, name }, 'moderators are not told what waits'))
      .finally(() => turns.get(name) === turn && turns.delete(name));
    turns.set(name, turn);
  };
};

/** What is counted and told, without a turn. */
const createTelling = ({ db, publish }: WaitingDeps) => {
  const server = async (onlyId?: string): Promise<void> => {
    for (const { administratorId, reportCount } of await selectServerWaiting(db, onlyId))
      if (reportCount > 0 || onlyId === undefined)
        publish(topics.user(administratorId), {
          type: 'moderation.serverWaiting',
          payload: { reportCount },
        });
  };
  return {
    server,
    /** To one person alone where they are named; who has heard of nothing yet need not hear that nothing waits. */
    room: async (roomId: string, onlyId?: string): Promise<void> => {
      for (const { moderatorId, waiting } of await selectWaiting(db, roomId, onlyId))
        if (waiting.joinRequestCount + waiting.reportCount > 0 || onlyId === undefined)
          publish(topics.user(moderatorId), { type: 'moderation.waiting', payload: { roomId, ...waiting } });
    },
    person: async (userId: string): Promise<void> => {
      for (const payload of await selectWaitingFor(db, userId))
        publish(topics.user(userId), { type: 'moderation.waiting', payload });
      await server(userId);
    },
    /** A report of the room's is the server's as well while nobody in the room could deal with it. */
    serverOf: async (roomId: string): Promise<void> => {
      if (await hasRoomsReport(db, roomId)) await server();
    },
  };
};

export const createWaiting = (deps: WaitingDeps): Waiting => {
  const telling = createTelling(deps);
  const inTurn = createTurns(deps.log);
  const tellRoom = (roomId: string, onlyId?: string): void =>
    inTurn(roomId, () => telling.room(roomId, onlyId));
  const tellServerOf = (roomId: string): void => inTurn('server', () => telling.serverOf(roomId));
  return {
    tellRoom: (roomId) => tellRoom(roomId),
    tellServer: () => inTurn('server', () => telling.server()),
    tellPerson: (userId) => inTurn(userId, () => telling.person(userId)),
    handleOpening: (roomId) => {
      tellRoom(roomId);
      tellServerOf(roomId);
    },
    handleMember: ({ roomId, userId, change }) => {
      // Whoever is silenced is what they were.
      if (change === 'muted' || change === 'unmuted') return;
      tellRoom(roomId, userId);
      tellServerOf(roomId);
    },
  };
};
