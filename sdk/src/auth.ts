import type { User } from '@boltorezka/protocol';
import { backoffDelayMs, createRetryPause } from './backoff.ts';
import { asAppError, describeFailure, isRetryable } from './failures.ts';
import type { Http } from './http.ts';
import { createRecordStore, readOnly } from './store.ts';
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

const signedOut: AuthState = { status: 'signed-out', user: null, endedByServer: false, error: null };
const signedInAs = (user: User): AuthState => ({ ...signedOut, status: 'signed-in', user });

/** Who is signed in here, and the token that proves it. */
export const createAuth = (deps: AuthDeps): AuthService => new SessionAuth(deps);

class SessionAuth implements AuthService {
  readonly #deps: AuthDeps;
  readonly #state = createRecordStore<AuthState>(signedOut);
  readonly #closing = new AbortController();
  readonly #pause = createRetryPause();
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
    this.#forgetToken(ended);
    this.#state.set(signedOut);
    await this.#deps.http.call('auth.logout', { body: {} }, ended).catch(() => undefined);
  }

  handleSessionEnded(ended: string): void {
    if (ended !== this.#token) return;
    this.#forgetToken(ended);
    this.#deps.log({ level: 'info', message: 'The server has ended the session' });
    this.#state.set({ ...signedOut, endedByServer: true });
  }

  restoreNow(): void {
    this.#pause.skip();
  }

  close(): void {
    this.#closing.abort();
  }

  /** Another page of the same browser may have signed in since: what it keeps is not ours to erase. */
  #forgetToken(ended: string): void {
    this.#token = null;
    this.#pause.skip();
    if (this.#deps.storage.load() === ended) this.#deps.storage.save(null);
  }

  #signIn({ user, token }: { user: User; token: string }): User {
    this.#token = token;
    this.#pause.skip();
    this.#deps.storage.save(token);
    this.#state.set(signedInAs(user));
    return user;
  }

  /** A server that cannot be asked has not said no: the session is kept, and asked for again. */
  async #restore(token: string): Promise<void> {
    const { http, random, log } = this.#deps;
    const { signal } = this.#closing;
    for (let failures = 1; token === this.#token && !signal.aborted; failures += 1) {
      try {
        const { user } = await http.call('auth.me', {}, token);
        if (token === this.#token) this.#state.set(signedInAs(user));
        return;
      } catch (error) {
        if (token !== this.#token) return;
        const fields = describeFailure(error);
        log({ level: 'warn', message: 'The session could not be restored yet', fields });
        this.#state.patch({ error: asAppError(error, 'The session could not be restored.') });
        // What will not mend by itself is tried again when somebody asks for it.
        await this.#pause.wait(isRetryable(error) ? backoffDelayMs(failures, random) : null, signal);
      }
    }
  }
}
