import type { ChatMessage } from '@boltorezka/protocol';
import { pause } from '../hearing.ts';
import type { Operation } from './client.ts';
import type { ClientJournal } from './journal.ts';
import { RequestFailure } from './requests.ts';

export interface LeanOutboxDeps {
  roomSlug: string;
  journal: ClientJournal;
  request: (type: string, payload: object) => Promise<unknown>;
  onSent: (message: ChatMessage) => void;
}

const retryAfterMs = 100;

/** What a client writes to one room, one after another, each until the server has acknowledged it. */
export class LeanOutbox {
  readonly #deps: LeanOutboxDeps;
  #queue: Operation[] = [];
  #isOpen = false;
  #isRunning = false;

  constructor(deps: LeanOutboxDeps) {
    this.#deps = deps;
  }

  get waiting(): string[] {
    return this.#queue.map(({ name }) => name);
  }

  add(operation: Operation): void {
    const { journal, roomSlug } = this.#deps;
    const { name, text } = operation;
    if (operation.type === 'send') journal.attempts.push({ roomSlug, name, text: operation.text });
    else journal.changes.push({ name, text, isAcked: false });
    this.#queue.push(operation);
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
        this.#settle(first, (await this.#ask(first)) as ChatMessage);
        this.#queue.shift();
      } catch (error) {
        if (!(error instanceof RequestFailure) || !error.retryable) {
          this.#deps.journal.refused.push(`${first.name}: ${String(error)}`);
          this.#queue.shift();
        } else await pause(Math.max(error.retryAfterMs, retryAfterMs * (0.5 + Math.random())));
      }
    }
    this.#isRunning = false;
  }

  #ask(operation: Operation): Promise<unknown> {
    const { request, roomSlug } = this.#deps;
    if (operation.type === 'send') {
      const { name: clientMessageId, text, replyTo } = operation;
      return request('chat.send', { roomSlug, clientMessageId, text, ...(replyTo && { replyTo }) });
    }
    const { messageId, text } = operation;
    return text === null ? request('chat.delete', { messageId }) : request('chat.edit', { messageId, text });
  }

  #settle({ type, name, text }: Operation, message: ChatMessage): void {
    const { journal, onSent } = this.#deps;
    if (type === 'send') journal.acked.set(name, { id: message.id, seq: message.seq });
    const change = journal.changes.find((each) => each.name === name && each.text === text);
    if (type === 'change' && change) change.isAcked = true;
    onSent(message);
  }
}
