import { AppError, type IceParameters, type RequestResult } from '@boltorezka/protocol';
import { sleep } from '../backoff.ts';
import { describeFailure, isRetryable, isUnanswered } from '../failures.ts';
import type { Log } from '../types.ts';

type Restarted = RequestResult<'voice.restartIce'>;

export interface IceKeeperDeps {
  /** Those that the transport began with. */
  iceParameters: IceParameters;
  /** Asks the server for other ones. Rejects where it cannot be asked, or has the transport no more. */
  request: () => Promise<Restarted>;
  /** Has the browser find its ways anew; what flows goes on by the old one until then (RFC 8839 section 4.4.1). */
  apply: (iceParameters: IceParameters) => Promise<void>;
  /** The server's latest word of them comes with its answer. */
  onIceServers: (iceServers: Restarted['iceServers']) => void;
  /** How much has come in so far, answers to checks of the way included. */
  readReceived: () => Promise<number>;
  /** No restart helps: the server was asked again and again, or knows the transport no more. */
  onHopeless: () => void;
  log: Log;
}

/** Keeps one transport alive while the network under it goes and comes. */
export interface IceKeeper {
  /** Packets get through. */
  handleConnected(): void;
  /** Nothing gets through any more: browsers say so after about three seconds. */
  handleLost(): void;
  /** The way that is used may be gone: another is looked for before that shows itself. */
  handleNetworkChange(): void;
  /** The server can be asked again. */
  handleOnline(): void;
  close(): void;
}

/** Browsers learn of a network's addresses a moment after they tell the page that it has changed. */
const attemptsMs = [150, 150, 200, 250, 300, 400];
/** Chromium checks a way that does not answer five times within two seconds, and then no more. */
const laterAttemptsMs = 1_000;
/** The seat is over by then: what comes afterwards begins with the socket. */
const maxAttempts = 120;
/** From here on the parameters at hand may be to blame: the server is asked for others, where it can be. */
const freshFromAttempt = 6;
const maxFreshAttempts = 8;
/** Checks of the way are answered so often, and yet nothing flows: what is broken is not the way. */
const maxAnsweredInVain = 5;
const answerWithinMs = 1_000;
const maxTooEarly = 4;
/** A browser tells of one change in several events. */
const burstMs = 50;
/** What has brought nothing down by then has taken effect. */
const settledMs = 2_000;

/**
 * Restarts of ICE that need no server. One set of ICE parameters is in use, a spare one is asked for beforehand; the server
 * takes both until the spare one is used. So a network that is lost, with the socket on it, is found again by itself: by the
 * first packet that gets through, not after the socket has come back.
 */
export const createIceKeeper = (deps: IceKeeperDeps): IceKeeper => new SpareIceKeeper(deps);

class SpareIceKeeper implements IceKeeper {
  readonly #deps: IceKeeperDeps;
  readonly #closing = new AbortController();
  #current: IceParameters;
  #spare: IceParameters | null = null;
  #isSpareFresh = false;
  /** The server may have given others, of which we do not know, and have taken away those in use. */
  #isUnsure = false;
  #isLost = false;
  /** The server was asked, and will not. */
  #isRefused = false;
  /** How often in a row the socket did not speak for the seat. */
  #tooEarly = 0;
  #asking: Promise<void> | null = null;
  /** Ends what is planned or under way. */
  #plan = new AbortController();

  constructor(deps: IceKeeperDeps) {
    this.#deps = deps;
    this.#current = deps.iceParameters;
  }

  handleConnected(): void {
    this.#isLost = false;
    this.#settle();
  }

  handleLost(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#begin((signal) => this.#findWay(signal));
  }

  handleNetworkChange(): void {
    this.#begin(async (signal) => {
      await sleep(burstMs, signal);
      await this.#findWay(signal);
    });
  }

  handleOnline(): void {
    if (this.#isLost) this.#begin((signal) => this.#findWay(signal, freshFromAttempt));
    else if (!this.#spare) this.#settle();
  }

  close(): void {
    this.#closing.abort();
    this.#plan.abort();
  }

  /** One thing at a time: what is begun later knows more. */
  #begin(task: (signal: AbortSignal) => Promise<void>): void {
    this.#plan.abort();
    if (this.#closing.signal.aborted) return;
    this.#plan = new AbortController();
    void task(this.#plan.signal).catch(this.#note);
  }

  /** Restarts until something comes in: old ways are tried on beside new ones, so that no restart costs another. */
  async #findWay(signal: AbortSignal, first = 0): Promise<void> {
    let [freshAttempts, answeredInVain] = [0, 0];
    for (let attempt = first; attempt < maxAttempts && !signal.aborted; attempt += 1) {
      if (attempt >= freshFromAttempt || !this.#spare) {
        await this.#askBriefly(signal);
        if (signal.aborted) return;
        if (this.#isRefused) return this.#deps.onHopeless();
      }
      if (this.#isSpareFresh && attempt >= freshFromAttempt) freshAttempts += 1;
      const isAnswered = await this.#try(attemptsMs[attempt] ?? laterAttemptsMs, signal);
      if (signal.aborted) return;
      if (isAnswered && !this.#isLost) return this.#settle();
      if (isAnswered) answeredInVain += 1;
      if (freshAttempts >= maxFreshAttempts || answeredInVain >= maxAnsweredInVain)
        return this.#deps.onHopeless();
    }
    // Whatever the browser tells next is looked into again.
    if (!signal.aborted) this.#isLost = false;
  }

  /** @returns whether something has come in by then. A browser that refuses once may not do so again. */
  async #try(forMs: number, signal: AbortSignal): Promise<boolean> {
    const received = await this.#restart().then(() => this.#deps.readReceived(), this.#note);
    await sleep(forMs, signal);
    if (signal.aborted || received === undefined) return false;
    return ((await this.#deps.readReceived().catch(this.#note)) ?? 0) > received;
  }

  async #restart(): Promise<void> {
    if (this.#spare) [this.#current, this.#spare] = [this.#spare, this.#current];
    this.#isSpareFresh = false;
    await this.#deps.apply(this.#current);
  }

  readonly #note = (error: unknown): undefined => {
    const fields = { name: error instanceof Error ? error.name : 'unknown' };
    this.#deps.log({ level: 'warn', message: 'ICE could not be restarted', fields });
  };

  /** When it is certain which parameters are in use, the next spare ones are asked for. */
  #settle(): void {
    this.#begin(async (signal) => {
      await sleep(settledMs, signal);
      if (signal.aborted || this.#isLost) return;
      const wasUnsure = this.#isUnsure;
      await this.#ask();
      if (!wasUnsure || this.#isUnsure || signal.aborted) return;
      await this.#restart();
      this.#settle();
    });
  }

  /** A socket that is dead without saying so must not hold up what can be done without it. */
  async #askBriefly(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#ask(), sleep(answerWithinMs, signal)]);
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#request().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #request(): Promise<void> {
    const { request, onIceServers, log } = this.#deps;
    this.#isRefused = false;
    try {
      const { iceParameters, iceServers } = await request();
      if (this.#closing.signal.aborted) return;
      [this.#spare, this.#isSpareFresh] = [iceParameters, true];
      [this.#isUnsure, this.#tooEarly] = [false, 0];
      onIceServers(iceServers);
    } catch (error) {
      this.#isUnsure ||= isUnanswered(error);
      // A socket that does not speak for the seat yet is none that can be asked, and soon does or never will.
      const isTooEarly =
        error instanceof AppError && error.code === 'NotInVoice' && this.#tooEarly < maxTooEarly;
      if (isTooEarly) this.#tooEarly += 1;
      this.#isRefused = error instanceof AppError && !isRetryable(error) && !isTooEarly;
      log({ level: 'debug', message: 'No spare ICE parameters', fields: describeFailure(error) });
    }
  }
}
