import type { RegistrationMode } from '@boltorezka/protocol';
import {
  type AdminServiceDeps,
  createAdminRepository,
  createAdminService,
  createServerInvitationRepository,
} from './admin/index.ts';
import {
  AccountClearing,
  createAccountRepository,
  createAccountService,
  createAuthRepository,
  createAuthService,
  createClearingRepository,
  createExportRepository,
  createPasswords,
  createRefreshTokens,
  createRegistrationRepository,
  createRenewalRepository,
  createSignInGuard,
  createSuccessionRepository,
  createTicketRepository,
  type PasswordCost,
  type RoomNews,
  Succession,
  type Tokens,
} from './auth/index.ts';
import type { Erasing } from './chat/index.ts';
import type { Waiting } from './moderation/index.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import type { SharedCounter } from './platform/redis-counter.ts';
import { createSharedBuckets } from './platform/shared-buckets.ts';
import { createKeyedBuckets } from './platform/token-bucket.ts';
import type { RoomNews as NewsOfRooms } from './rooms/index.ts';

export interface AccountsDeps {
  db: Database;
  tokens: Tokens;
  jwtSecret: string;
  /** Who may sign up until an administrator says otherwise. */
  initialRegistration: RegistrationMode;
  /** Wrong passwords for one account, from strangers. */
  guessesPerHour: number;
  /** What hashing a password takes; left out, what OWASP asks for. */
  passwordCost?: PasswordCost | undefined;
  /** Counts with the other processes; left out where there are none. */
  counter?: SharedCounter | undefined;
  erasing: Erasing;
  news: NewsOfRooms;
  waiting: Waiting;
  pictures: { repository: { remove: AdminServiceDeps['removePicture'] } };
  log: Logger;
}

/** By person. Whoever has somebody's session guesses no password with it, at however many processes. */
const createBuckets = (counter: SharedCounter | undefined) => ({
  passwords: createSharedBuckets({
    ...{ name: 'password', counter },
    limit: { burst: 10, perSecond: 1 / 30 },
  }),
  renames: createKeyedBuckets({ burst: 10, perSecond: 1 / 30 }),
  exports: createSharedBuckets({ name: 'export', counter, limit: { burst: 60, perSecond: 2 } }),
});

const createTellNews = ({ news: rooms, waiting }: Pick<AccountsDeps, 'news' | 'waiting'>) => {
  const tellOne = (news: RoomNews): void => {
    if (news.type === 'room.memberChanged') return rooms.memberChanged(news.payload);
    if (news.type === 'room.changed') return rooms.changed({ ...news.payload, memberIds: news.memberIds });
    for (const roomId of news.roomIds) waiting.tellRoom(roomId);
    waiting.tellServer();
    if (news.administratorId !== undefined) waiting.tellPerson(news.administratorId);
  };
  return (news: RoomNews[]): void => {
    for (const one of news) tellOne(one);
  };
};

/** Who has an account, how they come in, and what administrators do about it. */
export const createAccounts = (deps: AccountsDeps) => {
  const { db, tokens, jwtSecret, initialRegistration } = deps;
  const authRepository = createAuthRepository(db);
  const registrations = createRegistrationRepository(db, initialRegistration);
  const passwords = createPasswords(deps.passwordCost);
  const tell = createTellNews(deps);
  const clearing = new AccountClearing({
    ...{ log: deps.log, repository: createClearingRepository(db) },
    eraseAllOf: deps.erasing.eraseAllOf,
  });
  const auth = createAuthService({
    ...{ repository: authRepository, registrations, passwords, tokens },
    renewals: createRenewalRepository(db),
    tickets: createTicketRepository(db),
    refreshTokens: createRefreshTokens(jwtSecret),
    guard: createSignInGuard({ ...deps, secret: jwtSecret }),
    // Whoever has just signed up has no socket that could be told.
    onRegistered: ({ entered }) =>
      entered?.news.changed && tell([{ type: 'room.memberChanged', payload: entered.news.changed }]),
  });
  const account = createAccountService({
    ...{ repository: authRepository, passwords, tell, buckets: createBuckets(deps.counter) },
    accounts: createAccountRepository(db),
    exports: createExportRepository(db),
    clear: () => clearing.clear(),
  });
  const admin = createAdminRepository(db, initialRegistration);
  const serverInvitations = createServerInvitationRepository(db);
  const adminService = createAdminService({
    ...{ admin, serverInvitations, account, tell },
    removePicture: deps.pictures.repository.remove,
  });
  const succession = new Succession({ repository: createSuccessionRepository(db), tell, log: deps.log });
  return {
    ...{ authRepository, registrations, auth, account, clearing, succession },
    ...{ admin, serverInvitations, adminService },
  };
};
