import { AppError, type AuthResult, type User } from '@boltorezka/protocol';
import type { AuthDeps, AuthService } from './auth-service.ts';
import { backoffDelayMs, createRetryPause } from './backoff.ts';
import { asAppError, describeFailure, isRetryable } from './failures.ts';
import { createKept, type Kept } from './kept.ts';
import { createRenewal, type Renewal } from './renewal.ts';
import { endOnServer } from './sign-out.ts';
import { createSignUp } from './sign-up.ts';
import { createRecordStore, readOnly } from './store.ts';
import type { AuthState, LoginInput, RegisterInput, Registration } from './types.ts';

const signedOut: AuthState = { status: 'signed-out', user: null, endedByServer: false, error: null };
const signedInAs = (user: User): AuthState => ({ ...signedOut, status: 'signed-in', user });

/** Who is signed in here, and the token that proves it. */
export const createAuth = (deps: AuthDeps): AuthService => new SessionAuth(deps);

class SessionAuth implements AuthService {
  readonly #deps: AuthDeps;
  readonly #state = createRecordStore<AuthState>(signedOut);
  readonly #closing = new AbortController();
  readonly #pause = createRetryPause();
  readonly #kept: Kept;
  readonly #renewal: Renewal;
  readonly #signUp: ReturnType<typeof createSignUp>;
  #token: string | null = null;
  #userId: string | null = null;
  /** A cookie that is being taken back takes no newer one with it. */
  #ending: Promise<void> = Promise.resolve();
  #session: number | null = null;
  #sessions = 0;
  /** The session that asks the server to end it, with all the others. */
  #leaving: number | null = null;

  readonly state = readOnly(this.#state);

  constructor(deps: AuthDeps) {
    this.#deps = deps;
    this.#kept = createKept(deps.storage);
    const { http, random, log } = deps;
    this.#signUp = createSignUp(http);
    this.#renewal = createRenewal({
      ...{ http, random, log, signal: this.#closing.signal },
      onRenewed: (result) => this.#handleRenewed(result),
      onEnded: () => this.#session !== null && this.handleSessionEnded(this.#session),
    });
    this.#begin();
  }

  getToken(): string | null {
    return this.#token;
  }

  getUserId(): string | null {
    return this.#state.get().user?.id ?? this.#userId;
  }

  getSession(): number | null {
    return this.#token === null ? null : this.#session;
  }

  mayRenew(): boolean {
    return this.#renewal.isOn;
  }

  async register(input: RegisterInput): Promise<Registration> {
    await this.#ending;
    const answer = await this.#signUp({ ...input, ...this.#wanted });
    return { user: this.#signIn(answer), roomSlug: answer.room_slug, isNew: answer.isNew };
  }

  async login(input: LoginInput): Promise<User> {
    await this.#ending;
    return this.#signIn(await this.#deps.http.call('auth.login', { body: { ...input, ...this.#wanted } }));
  }

  async registrationMode() {
    return (await this.#deps.http.call('auth.registration', {})).mode;
  }

  lookAtInvitation(code: string) {
    return this.#deps.http.call('invitations.look', { body: { code } });
  }

  async resetPassword(code: string, newPassword: string): Promise<void> {
    await this.#deps.http.call('auth.resetPassword', { body: { code, new_password: newPassword } });
  }

  async logout({ everywhere = false } = {}): Promise<void> {
    if (everywhere) return this.#endEverywhere();
    const ended = this.#token;
    const isByCookie = this.#renewal.isOn;
    if (ended === null && !isByCookie) return;
    this.#deps.onBeforeSignOut();
    this.#forget();
    // The session is the server's to end: until it has, that is what is to be done.
    this.#kept.saveEnding(isByCookie ? null : ended);
    this.#state.set(signedOut);
    this.#ending = this.#tellEnding(ended, isByCookie);
    await this.#ending;
  }

  /** Whoever is told that they are signed out everywhere is: nothing ends here before the server has ended it there. */
  async #endEverywhere(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    this.#leaving = session;
    try {
      await this.#deps.http.call('auth.logout', { body: { everywhere: true } });
    } catch (error) {
      if (session !== this.#session) this.#state.patch({ endedByServer: true });
      throw error;
    } finally {
      this.#leaving = null;
    }
    if (session !== this.#session) return;
    this.#deps.onBeforeSignOut();
    this.#forget();
    this.#state.set(signedOut);
  }

  async renew(): Promise<void> {
    const session = this.#session;
    try {
      await this.#renewal.renew();
    } catch (error) {
      if (error instanceof AppError && error.code === 'Unauthorized' && session !== null)
        this.handleSessionEnded(session);
      throw error;
    }
  }

  async handleRefused(token: string): Promise<string | null> {
    const session = this.#session;
    if (session === null) return null;
    if (token === this.#token) {
      if (!this.#renewal.isOn) {
        this.handleSessionEnded(session);
        return null;
      }
      await this.renew().catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'Unauthorized') throw error;
      });
    }
    return session === this.#session ? this.#token : null;
  }

  handleSessionEnded(session: number): void {
    if (session !== this.#session) return;
    this.#forget();
    this.#deps.log({ level: 'info', message: 'The server has ended the session' });
    this.#state.set({ ...signedOut, endedByServer: session !== this.#leaving });
  }

  handleUser(user: User): void {
    if (this.#state.get().status === 'signed-in') this.#state.set(signedInAs(user));
  }

  handleDeleted(): void {
    this.#deps.onBeforeSignOut();
    this.#forget();
    this.#state.set(signedOut);
  }

  restoreNow(): void {
    this.#pause.skip();
  }

  close(): void {
    this.#renewal.stop();
    this.#closing.abort();
  }

  get #wanted(): { renewal?: 'cookie' } {
    return this.#deps.session === 'cookie' ? { renewal: 'cookie' } : {};
  }

  /** Goes on where an earlier visit has left off. */
  #begin(): void {
    const kept = this.#kept.load();
    if (kept === null) return;
    if (kept.kind === 'ending') {
      this.#ending = this.#tellEnding(kept.token, kept.token === null);
      return;
    }
    this.#startSession(kept.kind === 'token' ? kept.token : null);
    if (kept.kind === 'cookie') {
      this.#userId = kept.userId;
      this.#renewal.start();
    }
    this.#state.patch({ status: 'restoring' });
    void this.#restore().catch(() => undefined);
  }

  #startSession(token: string | null): void {
    this.#sessions += 1;
    this.#session = this.#sessions;
    this.#token = token;
  }

  /** Another page of the same browser may have signed in since: what it keeps is not ours to erase. */
  #forget(): void {
    this.#kept.forget({ token: this.#token, userId: this.#userId });
    this.#token = null;
    this.#userId = null;
    this.#session = null;
    this.#renewal.stop();
    this.#pause.skip();
  }

  #signIn({ user, token, expires_in_ms: expiresInMs }: AuthResult): User {
    this.#renewal.stop();
    this.#startSession(token);
    this.#userId = user.id;
    if (expiresInMs === undefined) this.#kept.saveToken(token);
    else {
      this.#kept.saveCookie(user.id);
      this.#renewal.start(expiresInMs);
    }
    this.#pause.skip();
    this.#state.set(signedInAs(user));
    return user;
  }

  /** @throws AppError `Unauthorized` where another page of this browser has signed somebody else in. */
  #handleRenewed({ user, token }: AuthResult): void {
    if (this.#userId !== user.id)
      throw new AppError('Unauthorized', 'Somebody else has signed in in this browser.');
    this.#token = token;
    if (this.#state.get().status === 'restoring') this.#state.set(signedInAs(user));
  }

  /** Where the server could not be told, it is told at the next start. */
  async #tellEnding(token: string | null, isByCookie: boolean): Promise<void> {
    await endOnServer(this.#deps.http, { token, isByCookie }).then(
      () => this.#kept.forgetEnding(),
      () => undefined,
    );
  }

  async #ask(): Promise<void> {
    if (this.#renewal.isOn && this.#token === null) return this.#renewal.renew();
    const { user } = await this.#deps.http.call('auth.me', {}, { token: this.#token ?? '' });
    this.#state.set(signedInAs(user));
  }

  /** A server that cannot be asked has not said no: the session is kept, and asked for again. */
  async #restore(): Promise<void> {
    const { random, log } = this.#deps;
    const { signal } = this.#closing;
    const session = this.#session;
    for (let failures = 1; session === this.#session && !signal.aborted; failures += 1) {
      try {
        await this.#ask();
        return;
      } catch (error) {
        if (session === null || session !== this.#session) return;
        if (error instanceof AppError && error.code === 'Unauthorized')
          return this.handleSessionEnded(session);
        const fields = describeFailure(error);
        log({ level: 'warn', message: 'The session could not be restored yet', fields });
        this.#state.patch({ error: asAppError(error, 'The session could not be restored.') });
        // What will not mend by itself is tried again when somebody asks for it.
        await this.#pause.wait(isRetryable(error) ? backoffDelayMs(failures, random) : null, signal);
      }
    }
  }
}
