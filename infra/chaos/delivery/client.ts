import type { AuthResult } from '@boltorezka/protocol';
import type { Alteration, ClientJournal } from './journal.ts';

/** Somebody whom a message may name. */
export interface Named {
  userId: string;
  userName: string;
}

/** What somebody does in a room. */
export type Operation =
  | {
      type: 'send';
      name: string;
      text: string;
      replyTo?: string;
      /** In the thread of that message. */
      threadRootId?: string;
      mentions?: Named[];
    }
  /** Of one's own message. */
  | { type: 'change'; name: string; messageId: string; alteration: Alteration };

/** A person, and the way to the server that is theirs alone. */
export interface Correspondent {
  name: string;
  account: AuthResult;
  /** Where their proxy is. */
  url: string;
}

/** A client whose work is checked. */
export interface ChatClient {
  readonly journal: ClientJournal;
  write(roomSlug: string, operation: Operation): void;
  /** Names of what waits to be acknowledged. */
  waiting(): string[];
  /** It shows the message, or would to whoever scrolled back to it. */
  hasSeen(roomSlug: string, message: { id: string; seq: number }): boolean;
  /** It is in every room, and knows of nothing that it misses. */
  isWhole(): boolean;
  /** From the loss of a socket until every room was joined again, of each time. */
  readonly resumesMs: readonly number[];
  /** Is closed and opened anew over what it keeps between visits; a client that keeps nothing cannot. */
  reload?(): void;
  /** Reads what it does not show yet, and writes the views into the journal. */
  finish(patienceMs: number): Promise<void>;
  close(): void;
}
