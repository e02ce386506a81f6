import type { ChatMessage } from '@boltorezka/protocol';
import { pause } from '../hearing.ts';
import type { Operation } from './client.ts';
import type { Change, ClientJournal } from './journal.ts';
import { RequestFailure } from './requests.ts';

export interface LeanOutboxDeps {
  roomSlug: string;
  journal: ClientJournal;
  request: (type: string, payload: object) => Promise<unknown>;
  onSent: (message: ChatMessage) => void;
}

const retryAfterMs = 100;

interface Entry {
  operation: Operation;
  /** Of a change: what the journal has of it. */
  change: Change | undefined;
}

/** What a client writes to one room, one after another, each until the server has acknowledged it. */
export class LeanOutbox {
  readonly #deps: LeanOutboxDeps;
  #queue: Entry[] = [];
  #isOpen = false;
  #isRunning = false;

  constructor(deps: LeanOutboxDeps) {
    this.#deps = deps;
  }

  get waiting(): string[] {
    return this.#queue.map(({ operation }) => operation.name);
  }

  add(operation: Operation): void {
    this.#queue.push({ operation, change: this.#note(operation) });
    void this.#run();
  }

  /** The room is joined. */
  open(): void {
    this.#isOpen = true;
    void this.#run();
  }

  pause(): void {
    this.#isOpen = false;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let first = this.#queue[0]; this.#isOpen && first; first = this.#queue[0]) {
      try {
        this.#settle(first, (await this.#ask(first.operation)) as ChatMessage);
        this.#queue.shift();
      } catch (error) {
        if (!(error instanceof RequestFailure) || !error.retryable) {
          this.#deps.journal.refused.push(`${first.operation.name}: ${String(error)}`);
          this.#queue.shift();
        } else await pause(Math.max(error.retryAfterMs, retryAfterMs * (0.5 + Math.random())));
      }
    }
    this.#isRunning = false;
  }

  #note(operation: Operation): Change | undefined {
    const { journal, roomSlug } = this.#deps;
    const { name } = operation;
    if (operation.type === 'send') {
      const isInThread = operation.threadRootId !== undefined;
      journal.attempts.push({ roomSlug, name, text: operation.text, isInThread });
      return undefined;
    }
    const change = { name, alteration: operation.alteration, isAcked: false };
    journal.changes.push(change);
    return change;
  }

  #ask(operation: Operation): Promise<unknown> {
    const { request, roomSlug } = this.#deps;
    if (operation.type === 'send') {
      const { type: _, name: clientMessageId, mentions, ...rest } = operation;
      const named = mentions && { mentions: mentions.map(({ userId }) => userId) };
      return request('chat.send', { roomSlug, clientMessageId, ...rest, ...named });
    }
    const { messageId, alteration } = operation;
    const { kind, ...fields } = alteration;
    return request(`chat.${kind}`, { messageId, ...fields });
  }

  #settle({ operation, change }: Entry, answer: ChatMessage): void {
    const { journal, onSent } = this.#deps;
    if (operation.type === 'send') journal.acked.set(operation.name, { id: answer.id, seq: answer.seq });
    if (change) change.isAcked = true;
    // Who reacts is told how many have: the log shows it.
    if (change?.alteration.kind !== 'react') onSent(answer);
  }
}
