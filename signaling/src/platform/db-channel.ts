import { Client, type ClientConfig } from 'pg';
import type { Logger } from './log.ts';

export interface DatabaseListener {
  onNotified: (payload: string) => void;
  /** This process has committed it; PostgreSQL will notify it as well. */
  onCommitted?: (payload: string) => void;
  /** The channel is heard, from here on or again. */
  onOpened: () => void;
}

export interface DatabaseChannelOptions {
  config: ClientConfig;
  /** A plain identifier. */
  channel: string;
  listener: DatabaseListener;
  log: Logger;
}

const retryDelayMs = 500;
/**
 * A connection that hangs without a word is found by asking it something: so often, and for so long, that what was to be
 * heard is looked up within the second that is promised for it.
 */
const probeIntervalMs = 150;
const probeTimeoutMs = 350;

/** One channel of PostgreSQL's LISTEN, over a connection that is opened again whenever it is lost. */
export class DatabaseChannel {
  readonly #options: DatabaseChannelOptions;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isMissed = false;

  constructor(options: DatabaseChannelOptions) {
    this.#options = options;
  }

  /** Resolves when the first attempt is over, whether it succeeded or not. */
  async open(): Promise<void> {
    const { config, channel, listener, log } = this.#options;
    if (this.#isClosed) return;
    const client = new Client({ ...config, application_name: `boltorezka ${channel}` });
    this.#client = client;
    client.on('error', () => this.#handleLost(client));
    client.on('end', () => this.#handleLost(client));
    client.on('notification', ({ payload }) => listener.onNotified(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      if (!this.#isMissed) log.warn({ err: error, channel }, 'a channel of the database is not heard');
      this.#isMissed = true;
      return this.#handleLost(client);
    }
    if (this.#client !== client) return;
    this.#isMissed = false;
    this.#timer = setTimeout(() => this.#probe(client), probeIntervalMs);
    listener.onOpened();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** Hands over what this process has committed. What goes wrong there does not undo that. */
  tellCommitted(channel: string, payload: string): void {
    if (this.#isClosed || channel !== this.#options.channel) return;
    try {
      this.#options.listener.onCommitted?.(payload);
    } catch (error) {
      this.#options.log.error({ err: error, channel }, 'what was committed was not acted on at once');
    }
  }

  #probe(client: Client): void {
    let isAnswered = false;
    const giveUp = () => {
      if (isAnswered || this.#client !== client) return;
      this.#options.log.warn({ channel: this.#options.channel }, 'the database does not answer on a channel');
      this.#handleLost(client, 0);
    };
    // An answer that has come while this process was busy is read before it is judged missing.
    this.#timer = setTimeout(() => setImmediate(giveUp), probeTimeoutMs);
    client
      .query('SELECT 1')
      .then(() => {
        isAnswered = true;
        if (this.#client !== client) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#probe(client), probeIntervalMs);
      })
      .catch(() => this.#handleLost(client));
  }

  #handleLost(client: Client, delayMs = retryDelayMs): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    void client.end().catch(() => undefined);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.open().catch(() => undefined);
    }, delayMs);
  }
}
