import type { ChatMessage, EventPayload } from '@boltorezka/protocol';
import type { LogEvent } from '../src/timeline/log.ts';
import type { Page } from '../src/timeline/window.ts';
import { bob, epoch, message, roomId } from './fixtures.ts';
import { user } from './scripted-server.ts';

/** What somebody does in the room of the model; indices name messages, whatever of them there are. */
export type Deed =
  | { do: 'send'; isMine: boolean; replyTo: number | null; thread: number | null }
  | { do: 'edit' | 'delete' | 'pin'; of: number }
  | { do: 'react'; of: number; isMine: boolean; emoji: string }
  | { do: 'changeRoom' };

const me = { userId: user.id, userName: user.name };
const createdAt = '2026-01-01T00:00:00.000Z';

interface Stored {
  state: ChatMessage;
  replyTo: string | null;
  reactions: Map<string, Set<string>>;
}

/** A room's log as a server keeps it: every message in its present state, and what was published of each position. */
export const createLogModel = () => {
  const stored: Stored[] = [];
  const events: LogEvent[] = [];

  const quotationOf = (id: string) => {
    const quoted = stored.find(({ state }) => state.id === id)!.state;
    const { seq, userId, userName, text, deletedAt } = quoted;
    return { messageId: id, seq, userId, userName, text, isDeleted: deletedAt !== undefined };
  };
  /** As REST and replays show it: quotations as they are now, reactions as this reader sees them. */
  const read = ({ state, replyTo, reactions }: Stored): ChatMessage => {
    const shown = [...reactions]
      .filter(([, people]) => people.size > 0)
      .map(([emoji, people]) => ({ emoji, count: people.size, isMine: people.has(me.userId) }));
    return {
      ...state,
      ...(replyTo !== null && { replyTo: quotationOf(replyTo) }),
      ...(shown.length > 0 && { reactions: shown }),
    };
  };
  const withoutReactions = (one: Stored): ChatMessage => {
    const { reactions: _none, ...state } = read(one);
    return state;
  };
  const nextSeq = () => events.length + 1;
  const take = (index: number): Stored | undefined => stored[index % Math.max(stored.length, 1)];
  const bumpRoot = (rootId: string, seq: number, change: number) => {
    const root = stored.find(({ state }) => state.id === rootId)!;
    const replyCount = (root.state.thread?.replyCount ?? 0) + change;
    root.state = { ...root.state, revision: seq, thread: { replyCount } };
    return root.state.thread!;
  };

  const send = (deed: Extract<Deed, { do: 'send' }>): ChatMessage => {
    const seq = nextSeq();
    const isRoot = ({ state }: Stored) => state.threadRootId === undefined && state.deletedAt === undefined;
    const root = deed.thread === null ? undefined : take(deed.thread);
    const rootId = root && isRoot(root) ? root.state.id : undefined;
    const quoted = deed.replyTo === null ? undefined : take(deed.replyTo);
    const one: Stored = {
      state: message(seq, {
        revision: seq,
        ...(deed.isMine && { ...me, clientMessageId: `own-${seq}` }),
        ...(rootId !== undefined && { threadRootId: rootId }),
      }),
      replyTo: quoted?.state.id ?? null,
      reactions: new Map(),
    };
    stored.push(one);
    const thread = rootId === undefined ? undefined : bumpRoot(rootId, seq, 1);
    events.push({ type: 'chat.message', payload: { ...read(one), ...(thread && { thread }) } });
    return read(one);
  };
  const change = (one: Stored, kind: EventPayload<'chat.messageChanged'>['change'], state: object) => {
    const seq = nextSeq();
    one.state = { ...one.state, ...state, revision: seq };
    const { threadRootId } = one.state;
    const rootThread =
      kind === 'deleted' && threadRootId !== undefined ? bumpRoot(threadRootId, seq, -1) : undefined;
    const payload = { roomId, seq, epoch, change: kind, message: withoutReactions(one) };
    events.push({ type: 'chat.messageChanged', payload: { ...payload, ...(rootThread && { rootThread }) } });
  };
  const react = (one: Stored, emoji: string, isMine: boolean) => {
    const seq = nextSeq();
    const person = isMine ? me : bob;
    const people = one.reactions.get(emoji) ?? new Set<string>();
    one.reactions.set(emoji, people);
    const isSet = !people.has(person.userId);
    if (isSet) people.add(person.userId);
    else people.delete(person.userId);
    one.state = { ...one.state, revision: seq };
    const reaction = { messageId: one.state.id, emoji, isSet, count: people.size };
    events.push({
      type: 'chat.reactionChanged',
      payload: { roomId, seq, epoch, ...reaction, ...person },
    });
  };
  const changeRoom = () =>
    events.push({
      type: 'room.memberChanged',
      payload: {
        roomId,
        seq: nextSeq(),
        epoch,
        ...bob,
        change: 'joined',
        role: 'member',
        joinedAt: createdAt,
      },
    });

  const changeOf = (deed: Exclude<Deed, { do: 'send' | 'changeRoom' }>): void => {
    const one = take(deed.of);
    if (!one || one.state.deletedAt !== undefined) return;
    if (deed.do === 'react') react(one, deed.emoji, deed.isMine);
    else if (deed.do === 'pin') change(one, 'pinned', { pinnedAt: createdAt });
    else if (deed.do === 'edit') change(one, 'edited', { text: `edit ${nextSeq()}`, editedAt: createdAt });
    else {
      one.reactions.clear();
      const { pinnedAt: _pin, ...rest } = one.state;
      one.state = rest;
      change(one, 'deleted', { text: '', deletedAt: createdAt });
    }
  };

  const all = (threadRootId?: string) =>
    stored.filter(({ state }) => state.threadRootId === threadRootId).map(read);
  return {
    events,
    seq: () => events.length,
    /** Answers what was written, where something was. */
    act: (deed: Deed): ChatMessage | null => {
      if (deed.do === 'send') return send(deed);
      if (deed.do === 'changeRoom') changeRoom();
      else changeOf(deed);
      return null;
    },
    /** What the room, or a thread of it, holds now. */
    all,
    messageAt: (index: number) => take(index)?.state,
    missedAfter: (afterSeq: number): ChatMessage[] =>
      stored
        .map(read)
        .filter(({ revision }) => (revision ?? 0) > afterSeq)
        .sort((one, other) => (one.revision ?? 0) - (other.revision ?? 0)),
    /** Before a position, the newest where none is given. */
    page: (limit: number, beforeSeq = Number.POSITIVE_INFINITY, threadRootId?: string): Page => {
      const before = all(threadRootId).filter(({ seq }) => seq < beforeSeq);
      const messages = before.slice(-limit);
      const isWhole = messages.length === before.length;
      return { messages, olderCursor: isWhole ? null : `${epoch}.${messages[0]!.seq}`, newerCursor: null };
    },
    pageAfter: (limit: number, afterSeq: number): Page => {
      const after = all().filter(({ seq }) => seq > afterSeq);
      const messages = after.slice(0, limit);
      const isWhole = messages.length === after.length;
      const newerCursor = isWhole ? null : `${epoch}.${messages.at(-1)!.seq}`;
      return { messages, olderCursor: null, newerCursor };
    },
    /** So many before a position and what stands there, so many behind it. */
    pageAround: (limit: number, seq: number): Page => {
      const messages = all();
      const behind = messages.findIndex((one) => one.seq > seq);
      const middle = behind === -1 ? messages.length : behind;
      const first = Math.max(0, middle - limit - 1);
      const around = messages.slice(first, middle + limit);
      return {
        messages: around,
        olderCursor: first === 0 ? null : `${epoch}.${around[0]!.seq}`,
        newerCursor: middle + limit >= messages.length ? null : `${epoch}.${around.at(-1)!.seq}`,
      };
    },
  };
};

export type LogModel = ReturnType<typeof createLogModel>;
