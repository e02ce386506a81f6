import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type AccountExport, AppError, type DeviceSession, type User } from '@boltorezka/protocol';
import type { Session } from '../http/session.ts';
import { type SharedBuckets, spendShared } from '../platform/shared-buckets.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { AccountRepository, Deletion, DeletionRefusal } from './account-repository.ts';
import type { ExportRepository } from './export-repository.ts';
import type { Passwords } from './passwords.ts';
import { hashOf } from './refresh-tokens.ts';
import type { AuthRepository } from './repository.ts';
import type { RoomNews } from './succession-repository.ts';

export interface AccountServiceDeps {
  repository: AuthRepository;
  accounts: AccountRepository;
  exports: ExportRepository;
  passwords: Passwords;
  /** Clears what deleted accounts have left behind. Never rejects. */
  clear: () => Promise<void>;
  /** Tells those who are there that somebody has left their rooms. */
  tell: (news: RoomNews[]) => void;
  buckets: AccountBuckets;
}

/** Each by person. */
export interface AccountBuckets {
  passwords: SharedBuckets;
  renames: KeyedBuckets;
  exports: SharedBuckets;
}

export interface AccountService {
  sessions(session: Session): Promise<DeviceSession[]>;
  /** @throws AppError `NotFound` for what is no session of this person's. */
  endSession(session: Session, sessionId: string): Promise<void>;
  /** @param shown the refresh token that the session was shown with, where it was. */
  endOtherSessions(session: Session, shown: string | undefined): Promise<void>;
  rename(session: Session, name: string): Promise<User>;
  /** @throws AppError `Forbidden` where the password is wrong. */
  changePassword(
    session: Session,
    change: { current: string; next: string; shown: string | undefined },
  ): Promise<void>;
  /** @throws AppError `NotFound`, the same for each code that opens nothing. @returns whose it was. */
  resetPassword(code: string, newPassword: string): Promise<Pick<User, 'email'>>;
  /** @throws AppError `Forbidden` where the password is wrong, `Conflict` where nobody else administers the server. */
  deleteOwn(session: Session, input: { password: string; eraseMessages: boolean }): Promise<void>;
  /** @throws AppError `NotFound`, `Conflict`. */
  deleteUser(deletion: Deletion): Promise<void>;
  exportPage(session: Session, cursor: string | undefined): Promise<AccountExport>;
}

/** What is stored of a code: whoever reads the database has none. */
export const hashResetCode = (code: string): Buffer => createHash('sha256').update(code).digest();

const tooOften = 'Too often; wait a moment.';

export const lastAdministratorError = (): AppError =>
  new AppError('Conflict', 'Nobody else administers this server; make somebody else an administrator first.');

export const noSuchAccount = (): AppError => new AppError('NotFound', 'There is no such account.');

const deletionError = (refusal: DeletionRefusal): AppError =>
  refusal === 'gone' ? noSuchAccount() : lastAdministratorError();

const noSuchReset = (): AppError =>
  new AppError('NotFound', 'This link does not work any more; ask an administrator for another.');

const wrongPassword = () => new AppError('Forbidden', 'The current password is wrong.');

/** @returns the hash that the password fits. */
const createPasswordCheck =
  ({ repository, passwords, buckets }: AccountServiceDeps) =>
  async (userId: string, password: string): Promise<string> => {
    await spendShared(buckets.passwords, userId, tooOften);
    const passwordHash = await repository.findPasswordHash(userId);
    if (!passwordHash || !(await passwords.matches(passwordHash, password))) throw wrongPassword();
    return passwordHash;
  };

/** Of a million messages nobody waits for the last one to be erased; of what most have written, they do. */
const maxWaitMs = 5_000;

const createDeletion =
  ({ accounts, clear, tell }: AccountServiceDeps): AccountService['deleteUser'] =>
  async (deletion) => {
    const outcome = await accounts.deleteUser(deletion);
    if (typeof outcome === 'string') throw deletionError(outcome);
    tell(outcome);
    const waited = new AbortController();
    const enough = setTimeout(maxWaitMs, undefined, { ref: false, signal: waited.signal }).catch(() => {});
    await Promise.race([clear(), enough]);
    waited.abort();
  };

const hashOfShown = (shown: string | undefined): Buffer | undefined =>
  shown === undefined ? undefined : hashOf(shown);

const createSessionControl = ({ repository }: AccountServiceDeps) => ({
  sessions: async ({ user, sessionId }: Session) =>
    (await repository.listSessions(user.id)).map((known) => ({
      ...known,
      is_current: known.id === sessionId,
    })),
  endSession: async ({ user }: Session, sessionId: string) => {
    const ended = await repository.revokeSessions({ userId: user.id, sessionId });
    if (ended === 0) throw new AppError('NotFound', 'There is no such session; it may have ended.');
  },
  endOtherSessions: async ({ user, sessionId }: Session, shown: string | undefined) => {
    const shownHash = hashOfShown(shown);
    await repository.revokeSessions({ userId: user.id, exceptSessionId: sessionId, shownHash });
  },
});

const createExport =
  ({ exports, buckets }: AccountServiceDeps): AccountService['exportPage'] =>
  async ({ user }, cursor) => {
    await spendShared(buckets.exports, user.id, tooOften);
    if (cursor !== undefined) return exports.messages(user.id, cursor);
    const account = { user, ...(await exports.account(user.id)) };
    return { account, messages: [], reactions: [], inbox: [], next_cursor: exports.firstCursor };
  };

/** What people do with their own accounts. */
export const createAccountService = (deps: AccountServiceDeps): AccountService => {
  const { accounts, passwords, buckets } = deps;
  const checkPassword = createPasswordCheck(deps);
  const deleteUser = createDeletion(deps);
  return {
    ...createSessionControl(deps),
    rename: async ({ user }, name) => {
      spend(buckets.renames, user.id, tooOften);
      const renamed = await accounts.rename(user.id, name);
      if (!renamed) throw new AppError('Unauthorized', 'The session has ended; sign in again.');
      return renamed;
    },
    changePassword: async ({ user, sessionId }, { current, next, shown }) => {
      const from = await checkPassword(user.id, current);
      const to = await passwords.hash(next);
      const shownHash = hashOfShown(shown);
      if (!(await accounts.changePassword({ userId: user.id, sessionId, from, to, shownHash })))
        throw wrongPassword();
    },
    resetPassword: async (code, newPassword) => {
      // Asked again where it counts; here it spares a hash for who makes codes up.
      if (!(await accounts.opensReset(hashResetCode(code)))) throw noSuchReset();
      const passwordHash = await passwords.hash(newPassword);
      const reset = await accounts.resetPassword(hashResetCode(code), passwordHash);
      if (reset) return reset;
      throw noSuchReset();
    },
    deleteUser,
    deleteOwn: async ({ user }, { password, eraseMessages }) => {
      const passwordHash = await checkPassword(user.id, password);
      await deleteUser({ userId: user.id, passwordHash, erasesMessages: eraseMessages });
    },
    exportPage: createExport(deps),
  };
};
