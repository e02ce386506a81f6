import type { AppError, Mention } from '@boltorezka/protocol';
import { createLane, type Lane } from '../outbox/lane.ts';
import type { MessageChange, TimelineMessage } from '../types/message.ts';
import type { Connection } from '../types.ts';

/** What somebody wants to be otherwise about a message of the room. */
export type ChangeRequest =
  | { kind: 'edit'; messageId: string; text: string; mentions: readonly Mention[] }
  | { kind: 'delete'; messageId: string }
  | { kind: 'react'; messageId: string; emoji: string; isSet: boolean }
  | { kind: 'pin'; messageId: string; isPinned: boolean };

/** A change on its way. Never altered: another object takes its place. */
export interface Change {
  request: ChangeRequest;
  startedAt: string;
  error: AppError | null;
  /** The server has made it, at this position of the log, which is not in yet. */
  doneAtSeq: number | null;
}

export interface ChangeDeps {
  request: Connection['request'];
  random: () => number;
  onNotJoined: () => void;
  /** The server has told that the log reaches this far. */
  onReached: (seq: number) => void;
  onChange: () => void;
}

/** The changes of messages that the log does not show yet, in the order they were made. */
export interface Changes {
  add(request: ChangeRequest): void;
  /** What has failed about this message is tried again. */
  retry(messageId: string): void;
  /** What has failed or waits about this message is forgotten. */
  discard(messageId: string): void;
  /** All is in up to here. */
  handlePosition(position: number): void;
  open(): void;
  pause(): void;
  clear(): void;
  unsentCount(): number;
  /** The message as it is to be. */
  applyTo(message: TimelineMessage): TimelineMessage;
}

/** Where the log shows it; a server of an earlier build does not say. */
interface Done {
  revision?: number | undefined;
}

const idsOf = (mentions: readonly Mention[]): string[] => mentions.map(({ userId }) => userId);

const send = (request: Connection['request'], change: ChangeRequest): Promise<Done> => {
  const { messageId } = change;
  switch (change.kind) {
    case 'edit':
      return request('chat.edit', { messageId, text: change.text, mentions: idsOf(change.mentions) });
    case 'delete':
      return request('chat.delete', { messageId });
    case 'react':
      return request('chat.react', { messageId, emoji: change.emoji, isSet: change.isSet });
    case 'pin':
      return request('chat.pin', { messageId, isPinned: change.isPinned });
    default:
      return change satisfies never;
  }
};

const withReaction = (message: TimelineMessage, emoji: string, isSet: boolean): TimelineMessage => {
  const known = message.reactions.find((reaction) => reaction.emoji === emoji);
  if ((known?.isMine ?? false) === isSet) return message;
  const count = (known?.count ?? 0) + (isSet ? 1 : -1);
  const changed = { emoji, count, isMine: isSet };
  const reactions = known
    ? message.reactions.map((reaction) => (reaction === known ? changed : reaction))
    : [...message.reactions, changed];
  return { ...message, reactions: reactions.filter((reaction) => reaction.count > 0) };
};

const asDeleted = (message: TimelineMessage): TimelineMessage => ({
  ...message,
  text: '',
  isDeleted: true,
  mentions: [],
  attachments: [],
  previews: [],
  reactions: [],
  pinnedAt: null,
});

const asChanged = (message: TimelineMessage, { request, startedAt }: Change): TimelineMessage => {
  switch (request.kind) {
    case 'edit':
      return { ...message, text: request.text, mentions: request.mentions, editedAt: startedAt };
    case 'delete':
      return asDeleted(message);
    case 'react':
      return withReaction(message, request.emoji, request.isSet);
    case 'pin':
      return { ...message, pinnedAt: request.isPinned ? (message.pinnedAt ?? startedAt) : null };
    default:
      return request satisfies never;
  }
};

/** Two changes that would be about the same thing: the later one makes up for the one that failed. */
const slotOf = (request: ChangeRequest): string =>
  [request.messageId, request.kind, request.kind === 'react' ? request.emoji : ''].join(' ');

export const createChanges = (deps: ChangeDeps): Changes => new ChangeList(deps);

class ChangeList implements Changes {
  readonly #deps: ChangeDeps;
  readonly #lane: Lane<ChangeRequest>;
  #changes: Change[] = [];
  /** What was shown last of each message, so that it stays the same object. */
  readonly #shown = new WeakMap<
    TimelineMessage,
    { of: readonly Change[]; moving: boolean; as: TimelineMessage }
  >();

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
    this.#lane = createLane<ChangeRequest, Done>({
      ...deps,
      send: (request) => send(deps.request, request),
      onDone: (request, { revision }) => this.#handleDone(request, revision),
      onRefused: (request, error) => this.#replace(request, { error }),
    });
  }

  add(request: ChangeRequest): void {
    const slot = slotOf(request);
    this.#changes = this.#changes.filter(
      (change) => change.error === null || slotOf(change.request) !== slot,
    );
    this.#changes.push({ request, startedAt: new Date().toISOString(), error: null, doneAtSeq: null });
    this.#lane.add(request);
    this.#deps.onChange();
  }

  retry(messageId: string): void {
    for (const { request, error } of [...this.#changes]) {
      if (request.messageId === messageId && error) this.add(request);
    }
  }

  discard(messageId: string): void {
    const isDropped = ({ request, doneAtSeq }: Change) =>
      request.messageId === messageId && doneAtSeq === null;
    const dropped = new Set(this.#changes.filter(isDropped).map(({ request }) => request));
    if (dropped.size === 0) return;
    this.#changes = this.#changes.filter((change) => !isDropped(change));
    this.#lane.remove((request) => dropped.has(request));
    this.#deps.onChange();
  }

  handlePosition(position: number): void {
    if (!this.#changes.some(({ doneAtSeq }) => doneAtSeq !== null)) return;
    this.#changes = this.#changes.filter(({ doneAtSeq }) => doneAtSeq === null || doneAtSeq > position);
  }

  open(): void {
    this.#lane.open();
  }

  pause(): void {
    this.#lane.pause();
  }

  clear(): void {
    this.#changes = [];
    this.#lane.remove(() => true);
  }

  unsentCount(): number {
    return this.#changes.filter(({ error, doneAtSeq }) => error === null && doneAtSeq === null).length;
  }

  applyTo(message: TimelineMessage): TimelineMessage {
    if (this.#changes.length === 0) return message;
    const own = this.#changes.filter(({ request }) => request.messageId === message.id);
    if (own.length === 0) return message;
    const moving = this.#lane.isMoving();
    const known = this.#shown.get(message);
    const isSame = known?.moving === moving && known.of.length === own.length;
    if (known && isSame && known.of.every((change, index) => change === own[index])) return known.as;
    const as = { ...this.#asIntended(message, own), change: this.#describe(own, moving) };
    this.#shown.set(message, { of: own, moving, as });
    return as;
  }

  #asIntended(message: TimelineMessage, own: readonly Change[]): TimelineMessage {
    return own.filter(({ error }) => error === null).reduce(asChanged, message);
  }

  /** What has failed is told first. */
  #describe(own: readonly Change[], moving: boolean): MessageChange | null {
    const told = own.findLast(({ error }) => error !== null) ?? own.at(-1);
    if (!told) return null;
    const { request, error } = told;
    const status = error ? 'failed' : moving || told.doneAtSeq !== null ? 'sending' : 'waiting';
    return { kind: request.kind, status, error, ...(request.kind === 'edit' && { text: request.text }) };
  }

  #handleDone(request: ChangeRequest, revision: number | undefined): void {
    if (revision === undefined) {
      this.#changes = this.#changes.filter((change) => change.request !== request);
      this.#deps.onChange();
      return;
    }
    this.#replace(request, { doneAtSeq: revision });
    this.#deps.onReached(revision);
  }

  #replace(request: ChangeRequest, fields: Partial<Change>): void {
    this.#changes = this.#changes.map((change) =>
      change.request === request ? { ...change, ...fields } : change,
    );
    this.#deps.onChange();
  }
}
