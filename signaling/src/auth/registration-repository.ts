import { randomBytes, randomUUID } from 'node:crypto';
import { RegistrationMode, type User } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { hashInvitationCode, type UsedInvitation, useInvitation } from '../invitations/index.ts';
import { admit, type MemberNews } from '../members/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { findRoom } from '../rooms/index.ts';
import { toUser, type UserRow, userColumns } from './user-rows.ts';

export interface NewUser {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  invitation: string | undefined;
  /** Becomes the administrator where there is none. */
  mayAdminister: boolean;
}

/** Somebody new, and what is told of the room that they have come into by their invitation. */
export type Registration = { user: User; entered: { slug: string; news: MemberNews } | undefined };

export type RegistrationRefusal = 'closed' | 'by-invitation' | 'bad-invitation' | 'taken';

/** Takes back what was written: the refusal is told after the transaction. */
class Refused extends Error {
  readonly refusal: RegistrationRefusal;
  constructor(refusal: RegistrationRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/** Any number does: of two who are first at once, one is. */
const firstAdministratorLock = 7_210_451_884;

const hasAdministrator = async (db: Queryable): Promise<boolean> => {
  const [row] = await db.query<{ exists: boolean }>(
    'SELECT EXISTS (SELECT FROM users WHERE is_administrator AND deleted_at IS NULL)',
  );
  return row?.exists === true;
};

const isFirstAdministrator = async (tx: Queryable): Promise<boolean> => {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [firstAdministratorLock]);
  return !(await hasAdministrator(tx));
};

export const selectRegistrationMode = async (
  db: Queryable,
  initial: RegistrationMode,
): Promise<RegistrationMode> => {
  const [row] = await db.query<{ value: unknown }>(
    `SELECT value FROM server_settings WHERE name = 'registration'`,
  );
  return RegistrationMode.safeParse(row?.value).data ?? initial;
};

export const updateRegistrationMode = async (tx: Queryable, mode: RegistrationMode): Promise<void> => {
  await tx.query(
    `INSERT INTO server_settings (name, value) VALUES ('registration', $1)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [JSON.stringify(mode)],
  );
};

const revokeSetupCodes = (tx: Queryable) =>
  tx.query(
    `UPDATE invitations SET revoked_at = now()
     WHERE makes_administrator AND created_by IS NULL AND revoked_at IS NULL`,
  );

/** As whoever has an account comes in by an invitation, which has locked the room. */
const enterRoom = async (
  tx: Queryable,
  { roomId, role }: UsedInvitation,
  userId: string,
): Promise<Registration['entered']> => {
  const found = roomId === undefined ? undefined : await findRoom(tx, { roomId, userId });
  if (roomId === undefined || !found) return undefined;
  const news = await admit(tx, { room: found.details, userId, role });
  const details = { by: 'invitation', role };
  await recordAudit(tx, { roomId, actorId: userId, targetUserId: userId, action: 'member.join', details });
  return { slug: found.details.roomSlug, news };
};

const insertUser = async (tx: Queryable, input: NewUser, isAdministrator: boolean): Promise<User> => {
  const [row] = await tx.query<UserRow>(
    `INSERT INTO users AS u (id, email, name, password_hash, is_administrator) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (email) DO NOTHING RETURNING ${userColumns}`,
    [input.id, input.email, input.name, input.passwordHash, isAdministrator],
  );
  if (!row) throw new Refused('taken');
  if (isAdministrator) await revokeSetupCodes(tx);
  return toUser(row);
};

const register = async (tx: Queryable, input: NewUser, initial: RegistrationMode): Promise<Registration> => {
  const { invitation, mayAdminister } = input;
  const isFirst = mayAdminister && (await isFirstAdministrator(tx));
  const used = invitation === undefined ? undefined : await useInvitation(tx, invitation, input.id);
  if (!isFirst && !used?.makesAdministrator) {
    const mode = await selectRegistrationMode(tx, initial);
    if (mode === 'closed') throw new Refused('closed');
    if (invitation !== undefined && !used) throw new Refused('bad-invitation');
    if (mode === 'invitation' && !used) throw new Refused('by-invitation');
  }
  const user = await insertUser(tx, input, isFirst || used?.makesAdministrator === true);
  return { user, entered: used && (await enterRoom(tx, used, user.id)) };
};

export const createRegistrationRepository = (db: Database, initialMode: RegistrationMode) => ({
  mode: (): Promise<RegistrationMode> => selectRegistrationMode(db, initialMode),

  /** All of it, or nothing: an invitation is not used up by an address that is taken. */
  register: (input: NewUser): Promise<Registration | RegistrationRefusal> =>
    db
      .transaction((tx) => register(tx, input, initialMode))
      .catch((error: unknown) => {
        if (error instanceof Refused) return error.refusal;
        throw error;
      }),

  /**
   * A code that makes whoever signs up with it the administrator; those before it work no more.
   * @returns undefined where there is an administrator.
   */
  makeSetupCode: (): Promise<string | undefined> =>
    db.transaction(async (tx) => {
      if (!(await isFirstAdministrator(tx))) return undefined;
      await revokeSetupCodes(tx);
      const code = randomBytes(18).toString('base64url');
      await tx.query(
        'INSERT INTO invitations (id, code_hash, makes_administrator, max_uses) VALUES ($1, $2, true, 1)',
        [randomUUID(), hashInvitationCode(code)],
      );
      return code;
    }),
});

export type RegistrationRepository = ReturnType<typeof createRegistrationRepository>;
