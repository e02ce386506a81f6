import type { User } from '@boltorezka/protocol';
import type { Http } from './http.ts';
import type { Auth, Log, SessionForm, TokenStorage } from './types.ts';

export interface AuthDeps {
  http: Http;
  storage: TokenStorage;
  /** How the sessions are kept that begin here. */
  session: SessionForm;
  random: () => number;
  /** The session is about to end by the user's wish: say goodbye while the socket still stands. */
  onBeforeSignOut: () => void;
  log: Log;
}

export interface AuthService extends Auth {
  getToken(): string | null;
  /** Whose session it is, as far as is known, also before the server has confirmed it. */
  getUserId(): string | null;
  /** The same for as long as one session lasts, however often its token is renewed; null where there is none. */
  getSession(): number | null;
  /** True where a session that the server calls ended may only need another token. */
  mayRenew(): boolean;
  /** Gets another token. Rejects with `Unauthorized` where the session has ended, which is known then. */
  renew(): Promise<void>;
  /**
   * The server has refused this token.
   * @returns another to try with; null where the session has ended, or was not ours to renew.
   */
  handleRefused(token: string): Promise<string | null>;
  /** The server has ended this session. */
  handleSessionEnded(session: number): void;
  handleUser(user: User): void;
  /** The account is gone, and the session with it. */
  handleDeleted(): void;
  close(): void;
}
