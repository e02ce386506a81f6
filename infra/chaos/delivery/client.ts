import type { AuthResult } from '@boltorezka/protocol';
import type { ClientJournal } from './journal.ts';

/** What somebody does in a room. */
export type Operation =
  | { type: 'send'; name: string; text: string; replyTo?: string }
  /** Of one's own message; without a text it is deleted. */
  | { type: 'change'; name: string; messageId: string; text: string | null };

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
  /** Kinds of operation that it is able to. */
  readonly canDo: (operation: Operation) => boolean;
  write(roomSlug: string, operation: Operation): void;
  /** Names of what waits to be acknowledged. */
  waiting(): string[];
  hasSeen(roomSlug: string, messageId: string): boolean;
  /** It is in every room, and knows of nothing that it misses. */
  isWhole(): boolean;
  /** From the loss of a socket until every room was joined again, of each time. */
  readonly resumesMs: readonly number[];
  /** Reads what it does not show yet, and writes the views into the journal. */
  finish(): Promise<void>;
  close(): void;
}
