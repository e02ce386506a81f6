import type { ChatMessage, RestMessage } from '@boltorezka/protocol';

/** A message as somebody sees it. */
export interface SeenMessage {
  id: string;
  userId: string;
  /** What its author calls it; undefined where it cannot be told. */
  name: string | undefined;
  text: string;
  isDeleted: boolean;
  seq: number;
}

/** A message that somebody has tried to send. */
export interface Attempt {
  roomSlug: string;
  name: string;
  text: string;
}

/** A change of one's own message that somebody has tried; without a text it is deleted. */
export interface Change {
  name: string;
  text: string | null;
  isAcked: boolean;
}

/** What one client did, was told of it, and saw. */
export interface ClientJournal {
  clientName: string;
  userId: string;
  /** In the order in which they were written. */
  attempts: Attempt[];
  acked: Map<string, { id: string; seq: number }>;
  changes: Change[];
  /** Requests that the server refused for good. */
  refused: string[];
  /** Each room as the client shows it at the end, in the order in which it shows it. */
  views: Map<string, SeenMessage[]>;
  /** Events that came twice over one socket. */
  twice: string[];
}

export const createJournal = (clientName: string, userId: string): ClientJournal => ({
  ...{ clientName, userId, attempts: [], acked: new Map(), changes: [], refused: [] },
  ...{ views: new Map(), twice: [] },
});

/** The first word of a text is its message's name; the sender's own name for it is the same, where it has one. */
export const textOf = (name: string, words: string): string => `${name} ${words}`;

const namePattern = /^[a-z]+-\d+$/;

export const nameOf = (text: string, clientMessageId?: string): string | undefined =>
  [text.split(' ', 1)[0] ?? '', clientMessageId ?? ''].find((name) => namePattern.test(name));

export const toSeen = (message: ChatMessage): SeenMessage => ({
  id: message.id,
  userId: message.userId,
  name: nameOf(message.text, message.clientMessageId),
  text: message.text,
  isDeleted: message.deletedAt !== undefined,
  seq: message.seq,
});

export const fromRest = (message: RestMessage): SeenMessage => ({
  id: message.id,
  userId: message.user_id,
  name: nameOf(message.text, message.client_message_id),
  text: message.text,
  isDeleted: message.deleted_at !== undefined,
  seq: message.seq,
});
