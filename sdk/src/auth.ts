import { AppError, type User } from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from './backoff.ts';
import type { Http } from './http.ts';
import { createStore, readOnly } from './store.ts';
import type { Auth, AuthState, Log, LoginInput, RegisterInput, TokenStorage } from './types.ts';

export interface AuthDeps {
  http: Http;
  storage: TokenStorage;
  random: () => number;
  /** The session is about to end by the user's wish: say goodbye while the socket still stands. */
  onBeforeSignOut: () => void;
  log: Log;
}

export interface AuthService extends Auth {
  getToken(): string | null;
  /** The server has ended the session of this token. */
  handleSessionEnded(token: string): void;
  close(): void;
}

const signedOut: AuthState = { status: 'signed-out', user: null, endedByServer: false };

/** Who is signed in here, and the token that proves it. */
export const createAuth = (deps: AuthDeps): AuthService => new SessionAuth(deps);

class SessionAuth implements AuthService {
  readonly #deps: AuthDeps;
  readonly #state = createStore<AuthState>(signedOut);
  readonly #closing = new AbortController();
  #token: string | null;

  readonly state = readOnly(this.#state);

  constructor(deps: AuthDeps) {
    this.#deps = deps;
    this.#token = deps.storage.load();
    if (this.#token === null) return;
    this.#state.patch({ status: 'restoring' });
    void this.#restore(this.#token).catch(() => undefined);
  }

  getToken(): string | null {
    return this.#token;
  }

  async register(body: RegisterInput): Promise<User> {
    return this.#signIn(await this.#deps.http.call('auth.register', { body }));
  }

  async login(body: LoginInput): Promise<User> {
    return this.#signIn(await this.#deps.http.call('auth.login', { body }));
  }

  async logout(): Promise<void> {
    const ended = this.#token;
    if (ended === null) return;
    this.#deps.onBeforeSignOut();
    this.#setToken(null);
    this.#state.set(signedOut);
    await this.#deps.http.call('auth.logout', {}, ended).catch(() => undefined);
  }

  handleSessionEnded(ended: string): void {
    if (ended !== this.#token) return;
    this.#setToken(null);
    this.#deps.log({ level: 'info', message: 'The server has ended the session' });
    this.#state.set({ ...signedOut, endedByServer: true });
  }

  close(): void {
    this.#closing.abort();
  }

  #setToken(token: string | null): void {
    this.#token = token;
    this.#deps.storage.save(token);
  }

  #signIn(result: { user: User; token: string }): User {
    this.#setToken(result.token);
    this.#state.set({ status: 'signed-in', user: result.user, endedByServer: false });
    return result.user;
  }

  /** A server that cannot be asked has not said no: the session is kept, and asked for again. */
  async #restore(token: string): Promise<void> {
    const { http, random, log } = this.#deps;
    for (let failures = 1; token === this.#token && !this.#closing.signal.aborted; failures += 1) {
      try {
        const { user } = await http.call('auth.me', {});
        if (token === this.#token) this.#state.set({ status: 'signed-in', user, endedByServer: false });
        return;
      } catch (error) {
        if (token !== this.#token) return;
        const fields = { code: error instanceof AppError ? error.code : 'unknown' };
        log({ level: 'warn', message: 'The session could not be restored yet', fields });
        await sleep(backoffDelayMs(failures, random), this.#closing.signal);
      }
    }
  }
}
