import { type ChatMessage, type RestMessage, toCamelCase } from '@boltorezka/protocol';

/** A message as somebody sees it. */
export interface SeenMessage {
  id: string;
  userId: string;
  /** What its author calls it; undefined where it cannot be told. */
  name: string | undefined;
  text: string;
  isDeleted: boolean;
  /** Each emoji, and how many have reacted so. */
  reactions: readonly string[];
  isPinned: boolean;
  /** In the thread that it began. */
  replyCount: number;
  /** Of the thread that it stands in. */
  threadRootId?: string;
  seq: number;
}

/** A message that somebody has tried to send. */
export interface Attempt {
  roomSlug: string;
  name: string;
  text: string;
  /** Written in a thread: who does not look at it is not shown it. */
  isInThread?: boolean;
}

/** What becomes of a message after it was written. */
export type Alteration =
  | { kind: 'edit'; text: string }
  | { kind: 'delete' }
  | { kind: 'react'; emoji: string; isSet: boolean }
  | { kind: 'pin'; isPinned: boolean };

/** A change of one's own message that somebody has tried. */
export interface Change {
  name: string;
  alteration: Alteration;
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
  /** What was told twice: over one socket, in one answer, or on one screen, if only for a moment. */
  twice: string[];
  /** What was told, or shown for a moment, in another order than that of the room's log. */
  disordered: string[];
  /** Messages that came after a later one over one socket: of two processes they may. */
  overtaken: string[];
  /** What was neither acknowledged nor refused, however long it was waited for. */
  stuck: string[];
  /** What the client keeps count of, and the server counts otherwise. */
  miscounted: string[];
}

export const createJournal = (clientName: string, userId: string): ClientJournal => ({
  ...{ clientName, userId, attempts: [], acked: new Map(), changes: [], refused: [] },
  ...{ views: new Map(), twice: [], disordered: [], overtaken: [], stuck: [], miscounted: [] },
});

/** The first word of a text is its message's name; the sender's own name for it is the same, where it has one. */
export const textOf = (name: string, words: string): string => `${name} ${words}`;

const namePattern = /^[a-z]+-\d+$/;

export const nameOf = (text: string, clientMessageId?: string): string | undefined =>
  [text.split(' ', 1)[0] ?? '', clientMessageId ?? ''].find((name) => namePattern.test(name));

interface Told {
  deletedAt?: string | undefined;
  pinnedAt?: string | null | undefined;
  reactions?: readonly { emoji: string; count: number }[] | undefined;
  replyCount?: number | undefined;
}

/** Of a message that is gone nothing is left. */
export const stateOf = ({ deletedAt, pinnedAt, reactions = [], replyCount = 0 }: Told) => ({
  isDeleted: deletedAt !== undefined,
  isPinned: deletedAt === undefined && Boolean(pinnedAt),
  reactions: deletedAt === undefined ? reactions.map(({ emoji, count }) => `${emoji} ${count}`).sort() : [],
  replyCount,
});

export const toSeen = (message: ChatMessage): SeenMessage => ({
  id: message.id,
  userId: message.userId,
  name: nameOf(message.text, message.clientMessageId),
  text: message.text,
  seq: message.seq,
  ...(message.threadRootId !== undefined && { threadRootId: message.threadRootId }),
  ...stateOf({ ...message, replyCount: message.thread?.replyCount }),
});

export const fromRest = (message: RestMessage): SeenMessage =>
  toSeen(toCamelCase<ChatMessage>(message as never));
