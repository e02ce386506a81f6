import type { Logger } from '../platform/log.ts';
import type { AuthRepository } from './repository.ts';

export interface SweeperDeps {
  repository: Pick<AuthRepository, 'sweep' | 'noteUse'>;
  /** The sessions whose sockets are open here: they are in use, though they ask for nothing. */
  openSessionIds: () => string[];
  log: Logger;
}

const intervalMs = 5 * 60_000;

/** Forgets tickets, codes and sessions that have ended, and notes which sessions are in use. */
export const startSweeper = ({ repository, openSessionIds, log }: SweeperDeps): { close(): void } => {
  const sweep = async (): Promise<void> => {
    await repository.sweep();
    const sessionIds = [...new Set(openSessionIds())];
    if (sessionIds.length > 0) await repository.noteUse(sessionIds);
  };
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => log.warn({ err: error }, 'what has ended is not swept yet'));
  }, intervalMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
};
