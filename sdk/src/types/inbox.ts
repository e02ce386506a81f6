import type { AppError } from '@boltorezka/protocol';
import type { TimelineMessage } from './message.ts';
import type { Store } from './store.ts';

export interface InboxItem {
  /** Named; named as one of everybody; answered; written to a thread that I write in. */
  kind: 'mention' | 'everyone' | 'reply' | 'thread';
  roomId: string;
  roomSlug: string;
  roomTitle: string;
  message: TimelineMessage;
  createdAt: string;
  isRead: boolean;
}

export interface InboxState {
  status: 'loading' | 'ready' | 'failed';
  /** The newest first. */
  entries: readonly InboxItem[];
  unreadCount: number;
  hasOlder: boolean;
  loadingOlder: boolean;
  error: AppError | null;
}

/** Where I was named or answered. It follows what comes in and what is read, also at other devices. */
export interface Inbox {
  state: Store<InboxState>;
  /** Never rejects: look at `state.error`. */
  refresh(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Shown at once; rejects, and is read anew, where the server refuses. */
  markAllRead(): Promise<void>;
  /** Told once of each entry that is new while the client runs: for notifications. Returns what ends it. */
  onAdded(listener: (item: InboxItem) => void): () => void;
}

/** What is named at least: words, a person, a time, or what a message holds. */
export interface SearchInput {
  query?: string;
  /** Only in this room. */
  roomSlug?: string;
  /** Only what this person wrote. */
  userId?: string;
  /** Only what was written then or later. */
  sentFrom?: Date;
  /** Only what was written earlier. */
  sentBefore?: Date;
  /** Only what has a file, or names an address of the web. */
  has?: 'file' | 'link';
  /** The `nextCursor` of an earlier page of the same search. */
  cursor?: string;
}

export interface SearchResult {
  message: TimelineMessage;
  roomSlug: string;
  roomTitle: string;
  /** The part of the text that holds the words, in pieces; without words, its beginning. */
  snippet: readonly { text: string; isMatch: boolean }[];
}

export interface SearchPage {
  results: SearchResult[];
  nextCursor: string | null;
}
