import { AppError, type AuthResult } from '@boltorezka/protocol';
import { backoffDelayMs } from './backoff.ts';
import { describeFailure } from './failures.ts';
import type { Http } from './http.ts';
import type { Log } from './types.ts';

export interface RenewalDeps {
  http: Http;
  random: () => number;
  log: Log;
  signal: AbortSignal;
  /** May refuse what came, by throwing. */
  onRenewed: (result: AuthResult) => void;
  /** Nothing renews the session any more. */
  onEnded: () => void;
}

export interface Renewal {
  /** The session renews its tokens. */
  readonly isOn: boolean;
  /** @param expiresInMs left out where there is no token yet. */
  start(expiresInMs?: number): void;
  stop(): void;
  /** Asks for another token, once for all who want one. */
  renew(): Promise<void>;
}

/** Long before the token ends: a server that is away for a while is back by then. */
const renewAfterPart = 0.5;
const retryLimits = { baseMs: 1_000, maxMs: 30_000 };

export const createRenewal = (deps: RenewalDeps): Renewal => new TokenRenewal(deps);

class TokenRenewal implements Renewal {
  readonly #deps: RenewalDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #isOn = false;
  #failures = 0;
  /** Answers to what was asked before this are nobody's any more. */
  #generation = 0;

  constructor(deps: RenewalDeps) {
    this.#deps = deps;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  start(expiresInMs?: number): void {
    this.stop();
    this.#isOn = true;
    if (expiresInMs !== undefined) this.#schedule(expiresInMs * renewAfterPart);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isOn = false;
    this.#running = null;
    this.#failures = 0;
    this.#generation += 1;
  }

  renew(): Promise<void> {
    this.#running ??= this.#run(this.#generation);
    return this.#running;
  }

  async #run(generation: number): Promise<void> {
    try {
      const result = await this.#deps.http.call('auth.refresh', { body: {} });
      if (generation !== this.#generation) throw new AppError('Unauthorized', 'The session has ended.');
      this.#deps.onRenewed(result);
      this.#failures = 0;
      if (result.expires_in_ms !== undefined) this.#schedule(result.expires_in_ms * renewAfterPart);
    } finally {
      if (generation === this.#generation) this.#running = null;
    }
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#deps.signal.aborted || !this.#isOn) return;
    this.#timer = setTimeout(() => void this.#renewInTime(), delayMs);
  }

  async #renewInTime(): Promise<void> {
    const generation = this.#generation;
    try {
      await this.renew();
    } catch (error) {
      if (generation !== this.#generation) return;
      const { log, random } = this.#deps;
      log({ level: 'warn', message: 'The token could not be renewed yet', fields: describeFailure(error) });
      if (error instanceof AppError && error.code === 'Unauthorized') return this.#deps.onEnded();
      this.#failures += 1;
      this.#schedule(retryLimits.baseMs + backoffDelayMs(this.#failures, random, retryLimits));
    }
  }
}
