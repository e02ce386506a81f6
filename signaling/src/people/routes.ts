import { AppError } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { Database } from '../platform/db.ts';
import { type RequireInRoom, selectDirectRoomId } from '../rooms/index.ts';
import { createBlockRepository, findPeople } from './repository.ts';

export interface PeopleRouteDeps {
  db: Database;
  requireInRoom: RequireInRoom;
}

/** Nobody reads a longer list, and each write looks into it. */
const maxBlocks = 1_000;

const createNoPersonError = () => new AppError('NotFound', 'There is no such person here.');

/** A call of the two ends as well. */
const block = (db: Database, userId: string, blockedUserId: string): Promise<void> =>
  db.transaction(async (tx) => {
    const blocks = createBlockRepository(tx);
    if ((await blocks.count(userId)) >= maxBlocks) {
      throw new AppError(
        'Forbidden',
        `You have blocked ${maxBlocks} people; block some of them no more first.`,
      );
    }
    if (!(await blocks.set({ userId, blockedUserId }))) throw createNoPersonError();
    const roomId = await selectDirectRoomId(tx, [userId, blockedUserId]);
    if (roomId !== undefined) await notifyAccessChange(tx, { kind: 'voiceClosed', roomId });
  });

export const registerPeopleRoutes = (route: RouteRegistrar, { db, requireInRoom }: PeopleRouteDeps): void => {
  const blocks = createBlockRepository(db);

  route('people.find', async ({ session, query: { query, room_slug: slug, limit } }) => {
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
    await block(db, userId, params.user_id);
    return answer(200, { ok: true as const });
  });

  route('blocks.lift', async ({ session, params }) => {
    if (!(await blocks.lift({ userId: session.user.id, blockedUserId: params.user_id }))) {
      throw new AppError('NotFound', 'You have not blocked this person.');
    }
    return answer(200, { ok: true as const });
  });
};
