import { AppError } from '@boltorezka/protocol';
import { DatabaseError } from 'pg';

/** A COMMIT had no answer: what was to be written may be there, now or in a moment. To a client it is as `Unavailable` as any. */
export class CommitInDoubtError extends AppError {
  constructor({ message, cause }: AppError) {
    super('Unavailable', message, { cause });
  }
}

/**
 * What passes by itself: connections (class 08), resources (53), a server that stops or starts (57P); a statement, a wait for
 * a lock or an idle transaction that took too long (57014, 55P03, 25P03, 25P04); a deadlock or a conflict (40P01, 40001); a
 * server that only reads, as in a failover (25006). By code, since the words are in the server's language.
 */
const passing = /^(08|53|57P|57014|55P03|25P0[34]|40P01|40001|25006)/;

/** Of errors that the server has not told: node's of the socket, and those that `pg` makes, which are English always. */
const isUnreachable = (error: Error): boolean =>
  /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_)/.test('code' in error ? String(error.code) : '') ||
  /timeout|terminated|Connection ended|not queryable/i.test(error.message);

const isPassing = (error: unknown): boolean => {
  if (error instanceof DatabaseError) return passing.test(error.code ?? '');
  return error instanceof Error && isUnreachable(error);
};

/** PostgreSQL being away is a passing state that a client may retry; anything else stays what it was. */
export const toDatabaseError = (error: unknown): unknown =>
  isPassing(error)
    ? new AppError('Unavailable', 'The database cannot be reached; try again in a moment.', { cause: error })
    : error;
