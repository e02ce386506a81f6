import type { EventPayload } from '@boltorezka/protocol';
import pLimit from 'p-limit';
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

type MemberChange = Pick<EventPayload<'room.memberChanged'>, 'roomId' | 'userId' | 'change' | 'role'>;

export interface WaitingDeps {
  db: Database;
  publish: Publish;
  /** No other process tells anybody anything. */
  isAlone: boolean;
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
  handleMember(change: MemberChange): void;
}

export type TellWaiting = Waiting['tellRoom'];

/** More turns wait: what is told here takes no more connections from what people ask. */
const maxAtOnce = 3;

/** One after the other where they have the same name: what was counted later is told later. */
const createTurns = (log: Logger) => {
  const turns = new Map<string, Promise<void>>();
  const limit = pLimit(maxAtOnce);
  return (name: string, task: () => Promise<void>): void => {
    const before = turns.get(name) ?? Promise.resolve();
    const turn = before
      .then(() => limit(task))
      .catch((error: unknown) => log.warn({ err: error, name }, 'moderators are not told what waits'))
      .finally(() => turns.get(name) === turn && turns.delete(name));
    turns.set(name, turn);
  };
};

/**
 * Tells administrators. Where this process alone tells them, they are told nothing that they have been told last; another might have
 * told them something else meanwhile.
 */
const createServerTelling = ({ db, publish, isAlone }: Omit<WaitingDeps, 'log'>) => {
  let told = new Map<string, number>();
  const tellOne = (administratorId: string, reportCount: number): void => {
    told.set(administratorId, reportCount);
    publish(topics.user(administratorId), { type: 'moderation.serverWaiting', payload: { reportCount } });
  };
  return {
    everybody: async (): Promise<void> => {
      const counts = await selectServerWaiting(db);
      const before = told;
      told = new Map();
      for (const { administratorId, reportCount } of counts)
        if (isAlone && before.get(administratorId) === reportCount) told.set(administratorId, reportCount);
        else tellOne(administratorId, reportCount);
    },
    /** Who has heard of nothing yet need not hear that nothing waits. */
    person: async (userId: string): Promise<void> => {
      for (const { administratorId, reportCount } of await selectServerWaiting(db, userId))
        if (reportCount > 0) tellOne(administratorId, reportCount);
    },
  };
};

/** What is counted and told of rooms, without a turn. */
const createRoomTelling = ({ db, publish }: WaitingDeps) => ({
  /** To one person alone where they are named; who has heard of nothing yet need not hear that nothing waits. */
  room: async (roomId: string, onlyId?: string): Promise<void> => {
    for (const { moderatorId, waiting } of await selectWaiting(db, roomId, onlyId))
      if (waiting.joinRequestCount + waiting.reportCount > 0 || onlyId === undefined)
        publish(topics.user(moderatorId), { type: 'moderation.waiting', payload: { roomId, ...waiting } });
  },
  person: async (userId: string): Promise<void> => {
    for (const payload of await selectWaitingFor(db, userId))
      publish(topics.user(userId), { type: 'moderation.waiting', payload });
  },
});

type InTurn = ReturnType<typeof createTurns>;

/** A turn that waits covers all that is asked for until it comes. */
const createServerTurn = (db: Database, inTurn: InTurn, tell: () => Promise<void>) => {
  let asked: Set<string> | undefined;
  /** Whatever the rooms hold. */
  let isCertain = false;
  const take = async (): Promise<void> => {
    const [roomIds, wasCertain] = [[...(asked ?? [])], isCertain];
    [asked, isCertain] = [undefined, false];
    // A report of a room's is the server's as well while nobody in the room could deal with it.
    if (wasCertain || (await hasRoomsReport(db, roomIds))) await tell();
  };
  /** @param roomId left out where it is known that the number is another. */
  return (roomId?: string): void => {
    if (!asked) inTurn('server', take);
    asked ??= new Set();
    if (roomId === undefined) isCertain = true;
    else asked.add(roomId);
  };
};

/** Who is nothing in a room looks after it only where they administer the server: let in again, they are told what waits there. */
const mayLookAfter = ({ change, role }: MemberChange): boolean => role !== null || change === 'unbanned';

export const createWaiting = (deps: WaitingDeps): Waiting => {
  const telling = createRoomTelling(deps);
  const server = createServerTelling(deps);
  const inTurn = createTurns(deps.log);
  const tellRoom = (roomId: string, onlyId?: string): void =>
    inTurn(roomId, () => telling.room(roomId, onlyId));
  const tellServer = createServerTurn(deps.db, inTurn, () => server.everybody());
  return {
    tellRoom: (roomId) => tellRoom(roomId),
    tellServer: () => tellServer(),
    tellPerson: (userId) =>
      inTurn(userId, async () => {
        await telling.person(userId);
        await server.person(userId);
      }),
    handleOpening: (roomId) => {
      tellRoom(roomId);
      tellServer(roomId);
    },
    handleMember: (change) => {
      // Whoever is silenced is what they were.
      if (change.change === 'muted' || change.change === 'unmuted') return;
      if (mayLookAfter(change)) tellRoom(change.roomId, change.userId);
      tellServer(change.roomId);
    },
  };
};
