import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { selectServerWaiting, selectWaiting, selectWaitingFor } from './waiting-repository.ts';

/** Tells a room's moderators how much waits for them, after a commit that changed it. Nobody waits for it. */
export type TellWaiting = (roomId: string) => void;

export interface TellWaitingDeps {
  db: Database;
  publish: Publish;
  log: Logger;
}

export const createTellWaiting = ({ db, publish, log }: TellWaitingDeps): TellWaiting => {
  const tell = async (roomId: string): Promise<void> => {
    for (const { moderatorId, waiting } of await selectWaiting(db, roomId)) {
      publish(topics.user(moderatorId), { type: 'moderation.waiting', payload: { roomId, ...waiting } });
    }
  };
  return (roomId) => {
    tell(roomId).catch((error: unknown) =>
      log.warn({ err: error, roomId }, 'moderators are not told what waits'),
    );
  };
};

/** Tells administrators how many reports wait for them that are the server's, after a commit that changed it. */
export const createTellServerWaiting = ({ db, publish, log }: TellWaitingDeps): (() => void) => {
  const tell = async (): Promise<void> => {
    for (const { administratorId, reportCount } of await selectServerWaiting(db))
      publish(topics.user(administratorId), { type: 'moderation.serverWaiting', payload: { reportCount } });
  };
  // One after the other: what was counted later is told later.
  let turn = Promise.resolve();
  return () => {
    turn = turn
      .then(tell)
      .catch((error: unknown) => log.warn({ err: error }, 'administrators are not told what waits'));
  };
};

/** Tells somebody who has just come where something waits for them: what changed before, nobody told them. */
export const createTellAllWaiting =
  ({ db, publish, log }: TellWaitingDeps) =>
  (userId: string): void => {
    const tell = async (): Promise<void> => {
      for (const payload of await selectWaitingFor(db, userId))
        publish(topics.user(userId), { type: 'moderation.waiting', payload });
      for (const { reportCount } of await selectServerWaiting(db, userId))
        if (reportCount > 0)
          publish(topics.user(userId), { type: 'moderation.serverWaiting', payload: { reportCount } });
    };
    tell().catch((error: unknown) => log.warn({ err: error }, 'a moderator is not told what waits'));
  };
