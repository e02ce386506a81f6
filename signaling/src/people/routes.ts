import { AppError, type EventPayload } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import { markInboxReadFrom, type PersonRead } from '../reads/index.ts';
import { type RequireInRoom, selectDirectRoomId, takePosition } from '../rooms/index.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { createBlockRepository, findPeople } from './repository.ts';

export interface PeopleRouteDeps {
  db: Database;
  requireInRoom: RequireInRoom;
  publish: Publish;
  /** By person: each question looks through all names. */
  findBuckets: KeyedBuckets;
  /** By person: each change has the other look at their room anew. */
  blockBuckets: KeyedBuckets;
}

/** Nobody reads a longer list, and each write looks into it. */
const maxBlocks = 1_000;

const tooManyBlocks = 'You block and unblock too fast; wait a minute.';

const createNoPersonError = () => new AppError('NotFound', 'There is no such person here.');

type Position = EventPayload<'room.position'>;

/** The room of the two is another for both: whoever is in it looks at it anew. A call of the two ends with a block. */
const touchDirect = async (
  tx: Queryable,
  userIds: readonly [string, string],
  isBlocked: boolean,
): Promise<Position | undefined> => {
  const roomId = await selectDirectRoomId(tx, userIds);
  if (roomId === undefined) return undefined;
  if (isBlocked) await notifyAccessChange(tx, { kind: 'voiceClosed', roomId });
  const position = await takePosition(tx, roomId);
  return position && { roomId, ...position };
};

/** What is told after the commit. */
interface BlockNews {
  changed: EventPayload<'blocks.changed'>;
  direct: Position | undefined;
  /** What the blocked one named the other by is read. */
  reads: PersonRead[];
}

const block = (db: Database, userId: string, blockedUserId: string): Promise<BlockNews> =>
  db.transaction(async (tx) => {
    const blocks = createBlockRepository(tx);
    if ((await blocks.count(userId)) >= maxBlocks) {
      throw new AppError(
        'Forbidden',
        `You have blocked ${maxBlocks} people; block some of them no more first.`,
      );
    }
    // The room first, as by whoever writes there, and by an account that is just deleted.
    const direct = await touchDirect(tx, [userId, blockedUserId], true);
    const userName = await blocks.set({ userId, blockedUserId });
    if (userName === undefined) throw createNoPersonError();
    const reads = await markInboxReadFrom(tx, { userId, authorId: blockedUserId });
    return { changed: { userId: blockedUserId, userName, isBlocked: true }, direct, reads };
  });

const lift = (db: Database, userId: string, blockedUserId: string): Promise<BlockNews> =>
  db.transaction(async (tx) => {
    const direct = await touchDirect(tx, [userId, blockedUserId], false);
    const userName = await createBlockRepository(tx).lift({ userId, blockedUserId });
    if (userName === undefined) throw new AppError('NotFound', 'You have not blocked this person.');
    return { changed: { userId: blockedUserId, userName, isBlocked: false }, direct, reads: [] };
  });

export const registerPeopleRoutes = (route: RouteRegistrar, deps: PeopleRouteDeps): void => {
  const { db, requireInRoom, publish, findBuckets, blockBuckets } = deps;
  const blocks = createBlockRepository(db);
  const tell = (userId: string, { changed, direct, reads }: BlockNews): void => {
    publish(topics.user(userId), { type: 'blocks.changed', payload: changed });
    for (const { state } of reads) publish(topics.user(userId), { type: 'chat.readChanged', payload: state });
    if (direct) publish(topics.room(direct.roomId), { type: 'room.position', payload: direct });
  };

  route('people.find', async ({ session, query: { query, room_slug: slug, limit } }) => {
    spend(findBuckets, session.user.id, 'You look for people too fast; wait a moment.');
    const found = slug === undefined ? undefined : await requireInRoom(slug, session.user.id, 'read');
    const people = await findPeople(db, { text: query.trim(), roomId: found?.room.id, limit });
    return answer(200, { people });
  });

  route('blocks.list', async ({ session }) => answer(200, { people: await blocks.list(session.user.id) }));

  route('blocks.set', async ({ session, params }) => {
    const userId = session.user.id;
    if (params.user_id === userId) {
      throw new AppError('ValidationError', 'You cannot block yourself; choose somebody else.');
    }
    spend(blockBuckets, userId, tooManyBlocks);
    tell(userId, await block(db, userId, params.user_id));
    return answer(200, { ok: true as const });
  });

  route('blocks.lift', async ({ session, params }) => {
    const userId = session.user.id;
    spend(blockBuckets, userId, tooManyBlocks);
    tell(userId, await lift(db, userId, params.user_id));
    return answer(200, { ok: true as const });
  });
};
