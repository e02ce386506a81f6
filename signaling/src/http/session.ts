import type { User } from '@boltorezka/protocol';

/** Who asks: a person, by a session that can be revoked. */
export interface Session {
  user: User;
  sessionId: string;
  expiresAt: Date;
}

/** The same as far as a socket needs it: the rest may be in a database that is away. */
export interface SocketSession extends Omit<Session, 'user'> {
  user: Pick<User, 'id' | 'name'>;
  /** Let in without the database, which is not waited for any longer. */
  isUnchecked?: true;
}
