import { type Client, createClient, type OpenRoom } from '@boltorezka/sdk';
import type { ChatClient, Correspondent, Operation } from './client.ts';
import { createJournal, nameOf, type SeenMessage } from './journal.ts';

type TimelineMessage = ReturnType<OpenRoom['state']['get']>['messages'][number];

const toSeen = (message: TimelineMessage): SeenMessage => ({
  id: message.id ?? '',
  userId: message.userId,
  name: nameOf(message.text),
  text: message.text,
  isDeleted: message.isDeleted,
  seq: message.seq ?? Number.POSITIVE_INFINITY,
});

const isSent = ({ status }: TimelineMessage): boolean => status === 'sent';

/** The product's own client, as a page uses it. */
export class SdkClient implements ChatClient {
  readonly journal;
  readonly resumesMs: number[] = [];
  readonly #client: Client;
  readonly #rooms: Map<string, OpenRoom>;
  /** What was written, by room, until it is known as sent. */
  readonly #waiting = new Map<string, string>();
  #lostAtMs: number | undefined = performance.now();

  constructor({ name, account, url }: Correspondent, slugs: readonly string[]) {
    this.journal = createJournal(name, account.user.id);
    this.#client = createClient({
      baseUrl: url,
      storage: { load: () => account.token, save: () => undefined },
    });
    this.#rooms = new Map(slugs.map((slug) => [slug, this.#client.rooms.open(slug)]));
    this.#client.connection.state.subscribe(() => this.#followConnection());
    for (const [slug, room] of this.#rooms) {
      room.state.subscribe(() => {
        this.#followConnection();
        this.#takeSent(slug);
      });
    }
  }

  canDo = (operation: Operation): boolean => operation.type === 'send' && operation.replyTo === undefined;

  write(roomSlug: string, operation: Operation): void {
    const { name, text } = operation;
    if (text === null) return;
    this.journal.attempts.push({ roomSlug, name, text });
    this.#waiting.set(name, roomSlug);
    this.#rooms.get(roomSlug)?.send(text);
  }

  waiting(): string[] {
    return [...this.#waiting.keys()];
  }

  hasSeen(roomSlug: string, messageId: string): boolean {
    return this.#messagesOf(roomSlug).some(({ id }) => id === messageId);
  }

  isWhole(): boolean {
    const { status } = this.#client.connection.state.get();
    return (
      status === 'online' && [...this.#rooms.values()].every((room) => room.state.get().status === 'joined')
    );
  }

  async finish(): Promise<void> {
    for (const [slug, room] of this.#rooms) {
      while (room.state.get().hasOlder) await room.loadOlder();
      this.journal.views.set(slug, this.#messagesOf(slug).filter(isSent).map(toSeen));
      for (const { status, text, error } of this.#messagesOf(slug))
        if (status === 'failed') this.journal.refused.push(`${nameOf(text)}: ${error?.message}`);
    }
  }

  close(): void {
    this.#client.close();
  }

  #messagesOf(slug: string): readonly TimelineMessage[] {
    return this.#rooms.get(slug)?.state.get().messages ?? [];
  }

  #takeSent(slug: string): void {
    if (this.#waiting.size === 0) return;
    // One's own latest messages stand at the end.
    for (const message of this.#messagesOf(slug).slice(-200)) {
      const name = nameOf(message.text);
      if (name === undefined || message.id === null || message.seq === null) continue;
      if (!isSent(message) || this.#waiting.get(name) !== slug) continue;
      this.#waiting.delete(name);
      this.journal.acked.set(name, { id: message.id, seq: message.seq });
    }
  }

  #followConnection(): void {
    if (this.#client.connection.state.get().status !== 'online') this.#lostAtMs ??= performance.now();
    else if (this.#lostAtMs !== undefined && this.isWhole()) {
      this.resumesMs.push(performance.now() - this.#lostAtMs);
      this.#lostAtMs = undefined;
    }
  }
}
