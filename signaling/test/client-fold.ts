import {
  type ChatMessage,
  type EventPayload,
  limits,
  type Reaction,
  type ThreadSummary,
} from '@boltorezka/protocol';

/** An event of a room's log, as chat has them. */
export type LogEvent =
  | { type: 'chat.message'; payload: EventPayload<'chat.message'> }
  | { type: 'chat.messageChanged'; payload: EventPayload<'chat.messageChanged'> }
  | { type: 'chat.reactionChanged'; payload: EventPayload<'chat.reactionChanged'> };

/** What a client holds of a room: each message once, by its id. */
export type View = Map<string, ChatMessage>;

const revisionOf = ({ revision, seq }: ChatMessage): number => revision ?? seq;

/** What is absent stays absent. */
const without = <T extends object>(value: T, key: keyof T): T => {
  const { [key]: _gone, ...rest } = value;
  return rest as T;
};

const change = (view: View, id: string, to: (message: ChatMessage) => ChatMessage): void => {
  const message = view.get(id);
  if (message) view.set(id, to(message));
};

/** Quotations show what they quote as it is now. */
const requote = (view: View, { id, text, deletedAt, userName }: ChatMessage): void => {
  const excerpt = [...text].slice(0, limits.maxExcerptLength).join('');
  for (const [each, message] of view) {
    if (message.replyTo?.messageId !== id) continue;
    const gone = deletedAt === undefined ? { isDeleted: false } : { isDeleted: true, userName };
    const replyTo = { ...message.replyTo, text: excerpt, ...gone };
    view.set(each, { ...message, replyTo });
  }
};

const countThread = (
  view: View,
  rootId: string,
  { thread, seq }: { thread: ThreadSummary; seq: number },
): void =>
  change(view, rootId, (root) => {
    if (revisionOf(root) >= seq) return root;
    const counted = { ...root, revision: seq, thread };
    return thread.replyCount === 0 ? without(counted, 'thread') : counted;
  });

const react = (
  reactions: Reaction[],
  { emoji, count, isSet, isMine }: { emoji: string; count: number; isSet: boolean; isMine: boolean },
): Reaction[] => {
  const before = reactions.find((reaction) => reaction.emoji === emoji);
  const others = reactions.filter((reaction) => reaction.emoji !== emoji);
  return count === 0
    ? others
    : [...others, { emoji, count, isMine: isMine ? isSet : (before?.isMine ?? false) }];
};

/** A whole message, of an event or of an answer; without reactions they stay as they were. */
const put = (view: View, message: ChatMessage): void => {
  const before = view.get(message.id);
  if (!before || revisionOf(before) < revisionOf(message)) {
    const kept = message.deletedAt === undefined ? (before?.reactions ?? []) : [];
    view.set(message.id, { ...message, reactions: message.reactions ?? kept });
  }
  requote(view, message);
};

/** Applies an event as a client should; one that a message has in it already changes nothing. */
export const applyEvent = (view: View, { type, payload }: LogEvent, readerId: string): void => {
  switch (type) {
    case 'chat.message': {
      const { thread, ...message } = payload;
      put(view, message);
      if (thread && message.threadRootId)
        countThread(view, message.threadRootId, { thread, seq: payload.seq });
      return;
    }
    case 'chat.messageChanged': {
      const { message, rootThread, seq } = payload;
      put(view, message);
      if (rootThread && message.threadRootId)
        countThread(view, message.threadRootId, { thread: rootThread, seq });
      return;
    }
    case 'chat.reactionChanged':
      return change(view, payload.messageId, (message) => {
        if (revisionOf(message) >= payload.seq) return message;
        const isMine = payload.userId === readerId;
        const reactions = react(message.reactions ?? [], { ...payload, isMine });
        return { ...message, revision: payload.seq, reactions };
      });
  }
};

/** Applies what `room.join` says was missed. */
export const applyMissed = (view: View, missed: ChatMessage[]): void => {
  for (const message of missed) put(view, message);
};

/** As two views are compared: in the order of the log, reactions by their emoji. */
export const toComparable = (view: View): ChatMessage[] =>
  [...view.values()]
    .map((message) => ({
      ...message,
      reactions: [...(message.reactions ?? [])].sort((a, b) => (a.emoji < b.emoji ? -1 : 1)),
    }))
    .sort((a, b) => a.seq - b.seq);
