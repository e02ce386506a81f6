import type { User } from '@boltorezka/protocol';

/** Who asks: a person, by a session that can be revoked. */
export interface Session {
  user: User;
  sessionId: string;
  expiresAt: Date;
}
