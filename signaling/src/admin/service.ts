import { randomBytes, randomUUID } from 'node:crypto';
import { type AdminUser, AppError, type Invitation, type UpdateUserBody } from '@boltorezka/protocol';
import {
  type AccountService,
  hashResetCode,
  lastAdministratorError,
  noSuchAccount,
  type RoomNews,
} from '../auth/index.ts';
import { hashInvitationCode } from '../invitations/index.ts';
import type { ServerInvitationRepository } from './invitation-repository.ts';
import type { AdminRepository } from './repository.ts';

export interface AdminServiceDeps {
  admin: AdminRepository;
  serverInvitations: ServerInvitationRepository;
  account: Pick<AccountService, 'deleteUser'>;
  /** Tells those who are there that a room is somebody else's. */
  tell: (news: RoomNews[]) => void;
  /** Somebody's, by whoever may. @returns false where there was none. */
  removePicture: (removal: { userId: string; actorId: string }) => Promise<boolean>;
}

const resetMs = 24 * 60 * 60_000;

/** 144 bits that nobody guesses. */
const makeCode = (): string => randomBytes(18).toString('base64url');

const assertFuture = (at: Date | null): void => {
  if (at && at.getTime() <= Date.now())
    throw new AppError('ValidationError', 'A ban ends in the future, or not at all.');
};

const toBan = (ban: NonNullable<UpdateUserBody['ban']>) => {
  const expiresAt = ban.expires_at === null ? null : new Date(ban.expires_at);
  assertFuture(expiresAt);
  return { reason: ban.reason, expiresAt };
};

/** @throws AppError `NotFound`; `Conflict` for the last administrator, and for banning oneself. */
const createUpdate =
  ({ admin, tell }: Pick<AdminServiceDeps, 'admin' | 'tell'>) =>
  async (actorId: string, userId: string, body: UpdateUserBody): Promise<AdminUser> => {
    if (body.ban && actorId === userId) throw new AppError('Conflict', 'You cannot ban yourself.');
    const ban = body.ban ? toBan(body.ban) : body.ban;
    const outcome = await admin.updateUser({ actorId, userId, isAdministrator: body.is_administrator, ban });
    if (outcome === 'gone') throw noSuchAccount();
    if (outcome === 'last-administrator') throw lastAdministratorError();
    tell(outcome.news);
    return outcome.user;
  };

/** What administrators do to accounts, and whom they let in; who may is asked before. */
export const createAdminService = ({
  admin,
  serverInvitations,
  account,
  tell,
  removePicture,
}: AdminServiceDeps) => ({
  updateUser: createUpdate({ admin, tell }),

  /** @throws AppError `NotFound`; `Conflict` for one's own account, which takes the password. */
  deleteUser: async (actorId: string, userId: string, eraseMessages: boolean): Promise<void> => {
    if (actorId === userId)
      throw new AppError('Conflict', 'Delete your own account in your settings: it takes the password.');
    await account.deleteUser({ userId, actorId, erasesMessages: eraseMessages });
  },

  /** @throws AppError `NotFound`. */
  removePicture: async (actorId: string, userId: string): Promise<void> => {
    if (await removePicture({ userId, actorId })) return;
    throw new AppError('NotFound', 'There is no such account, or it has no picture.');
  },

  /** @returns the code, which is nowhere else. */
  resetPassword: async (actorId: string, userId: string) => {
    const code = makeCode();
    const expiresAt = new Date(Date.now() + resetMs);
    const isMade = await admin.insertReset({ actorId, userId, codeHash: hashResetCode(code), expiresAt });
    if (!isMade) throw noSuchAccount();
    return { code, expires_at: expiresAt.toISOString() };
  },

  invite: async (
    actorId: string,
    input: { expires_in_s: number | null; max_uses: number | null },
  ): Promise<{ invitation: Invitation; code: string }> => {
    const code = makeCode();
    const expiresAt = input.expires_in_s === null ? null : new Date(Date.now() + input.expires_in_s * 1000);
    const row = { id: randomUUID(), codeHash: hashInvitationCode(code), actorId, expiresAt };
    return { invitation: await serverInvitations.create({ ...row, maxUses: input.max_uses }), code };
  },

  revokeInvitation: async (actorId: string, id: string): Promise<void> => {
    if (await serverInvitations.revoke(id, actorId)) return;
    throw new AppError('NotFound', 'There is no such invitation; it may have ended.');
  },
});

export type AdminService = ReturnType<typeof createAdminService>;
