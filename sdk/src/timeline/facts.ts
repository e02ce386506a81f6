import { type ChatMessage, limits, type Quotation, type ThreadSummary } from '@boltorezka/protocol';
import type { LogEvent } from './log.ts';

/** What one event, or one answer, says of one message. */
export type Fact =
  | {
      kind: 'state';
      message: ChatMessage;
      /** Events leave reactions out; answers to one reader hold them. */
      hasReactions: boolean;
      /** Whoever does not have the message, and should, gets it by this. */
      isArrival: boolean;
    }
  | {
      kind: 'reaction';
      seq: number;
      messageId: string;
      emoji: string;
      count: number;
      /** Undefined where somebody else reacted: mine is as it was. */
      isMine: boolean | undefined;
    }
  | { kind: 'thread'; seq: number; messageId: string; thread: ThreadSummary }
  /** Who wrote something is called otherwise; no position of the log says it. */
  | { kind: 'name'; userId: string; userName: string };

/** The position of the last event that changed the message; a server of an earlier build changes none. */
export const revisionOf = ({ revision, seq }: ChatMessage): number => revision ?? seq;

/** What a replay says of a message: all of it. */
export const toMissedFact = (message: ChatMessage): Fact => ({
  kind: 'state',
  message,
  hasReactions: true,
  isArrival: true,
});

/** What a page says of a message, for whatever else shows it or quotes it. */
export const toKnownFact = (message: ChatMessage): Fact => ({
  kind: 'state',
  message,
  hasReactions: true,
  isArrival: false,
});

const threadFact = (seq: number, { threadRootId }: ChatMessage, thread: ThreadSummary | undefined): Fact[] =>
  threadRootId !== undefined && thread ? [{ kind: 'thread', seq, messageId: threadRootId, thread }] : [];

const ofMessage = ({ thread, ...message }: ChatMessage): Fact[] => [
  // Of a message in a thread, the summary is that of its root.
  {
    kind: 'state',
    message: message.threadRootId === undefined && thread ? { ...message, thread } : message,
    hasReactions: false,
    isArrival: true,
  },
  ...threadFact(message.seq, message, thread),
];

/** What an event of the log says of messages; most say it of one. */
export const factsOf = (event: LogEvent, selfUserId: string | null): Fact[] => {
  switch (event.type) {
    case 'chat.message':
      return ofMessage(event.payload);
    case 'chat.messageChanged': {
      const { seq, message, rootThread } = event.payload;
      // Whatever the message calls itself, it is so since this position.
      const state = { ...message, revision: Math.max(seq, revisionOf(message)) };
      return [
        { kind: 'state', message: state, hasReactions: false, isArrival: false },
        ...threadFact(seq, message, rootThread),
      ];
    }
    case 'chat.reactionChanged': {
      const { seq, messageId, emoji, count, isSet, userId } = event.payload;
      const isMine = userId === selfUserId ? isSet : undefined;
      return [{ kind: 'reaction', seq, messageId, emoji, count, isMine }];
    }
    case 'room.changed':
    case 'room.memberChanged':
      return [];
    default:
      return event satisfies never;
  }
};

/** As much of a text as a quotation shows. */
export const excerptOf = (text: string): string => [...text].slice(0, limits.maxExcerptLength).join('');

const withQuotation = (message: ChatMessage, quoted: ChatMessage): ChatMessage => {
  const { replyTo } = message;
  if (!replyTo || replyTo.messageId !== quoted.id) return message;
  const isDeleted = quoted.deletedAt !== undefined;
  const text = isDeleted ? '' : excerptOf(quoted.text);
  // Whose messages are erased with their account has no name any more either, and nobody tells of that apart.
  const userName = isDeleted ? quoted.userName : replyTo.userName;
  const next: Quotation = { ...replyTo, text, isDeleted, userName };
  if (replyTo.text === text && replyTo.isDeleted === isDeleted && replyTo.userName === userName)
    return message;
  return { ...message, replyTo: next };
};

const withReactionsOf = (known: ChatMessage, next: ChatMessage): ChatMessage => {
  const { reactions: _none, ...rest } = next;
  // Of a message that was deleted nothing is left.
  if (next.deletedAt !== undefined || !known.reactions) return rest;
  return { ...rest, reactions: known.reactions };
};

const withReaction = (
  message: ChatMessage,
  { emoji, count, isMine, seq }: Extract<Fact, { kind: 'reaction' }>,
): ChatMessage => {
  const { reactions = [], ...rest } = message;
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  const changed = { emoji, count, isMine: isMine ?? known?.isMine ?? false };
  const next = known
    ? reactions.map((reaction) => (reaction === known ? changed : reaction))
    : [...reactions, changed];
  const left = next.filter((reaction) => reaction.count > 0);
  return { ...rest, revision: seq, ...(left.length > 0 && { reactions: left }) };
};

const withName = (
  message: ChatMessage,
  { userId, userName }: Extract<Fact, { kind: 'name' }>,
): ChatMessage => {
  const { replyTo } = message;
  const isAuthor = message.userId === userId && message.userName !== userName;
  const isQuoted = replyTo?.userId === userId && replyTo.userName !== userName;
  if (!isAuthor && !isQuoted) return message;
  const quoting = isQuoted ? { replyTo: { ...replyTo, userName } } : {};
  return { ...message, ...(isAuthor && { userName }), ...quoting };
};

/** The message as it is with the fact: the same object where that says nothing of it, or nothing new. */
export const applyFact = (message: ChatMessage, fact: Fact): ChatMessage => {
  if (fact.kind === 'state') {
    if (fact.message.id !== message.id) return withQuotation(message, fact.message);
    if (revisionOf(fact.message) <= revisionOf(message)) return message;
    return fact.hasReactions ? fact.message : withReactionsOf(message, fact.message);
  }
  if (fact.kind === 'name') return withName(message, fact);
  if (fact.messageId !== message.id || fact.seq <= revisionOf(message)) return message;
  if (fact.kind === 'reaction') return withReaction(message, fact);
  return { ...message, thread: fact.thread, revision: fact.seq };
};
