import type { PendingChange } from '../outbox/room-outbox.ts';
import type { MessageChange, TimelineMessage } from '../types/message.ts';
import type { ChangeEntry } from '../types/outbox.ts';

export interface ChangeDeps {
  /** What waits in the outbox for this room, or has failed, in the order it was made. */
  pending: () => readonly PendingChange[];
  /** The server has told that the log reaches this far. */
  onReached: (seq: number) => void;
}

/** The changes of messages that the log does not show yet, in the order they were made. */
export interface Changes {
  handleMade(entry: ChangeEntry, revision: number | undefined): void;
  /** All is in up to here. */
  handlePosition(position: number): void;
  clear(): void;
  /** The message as it is to be. */
  applyTo(message: TimelineMessage): TimelineMessage;
}

/** The server has made it, at a position of the log which is not in yet. */
interface MadeChange {
  as: PendingChange;
  seq: number;
}

type OwnChanges = ReadonlyMap<string, readonly PendingChange[]>;

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

const asChanged = (message: TimelineMessage, { change, createdAt }: ChangeEntry): TimelineMessage => {
  switch (change.kind) {
    case 'edit':
      return { ...message, text: change.text, mentions: change.mentions, editedAt: createdAt };
    case 'delete':
      return asDeleted(message);
    case 'react':
      return withReaction(message, change.emoji, change.isSet);
    case 'pin':
      return { ...message, pinnedAt: change.isPinned ? (message.pinnedAt ?? createdAt) : null };
    case 'dismissPreview':
      return { ...message, previews: message.previews.filter(({ url }) => url !== change.url) };
    default:
      return change satisfies never;
  }
};

const asIntended = (message: TimelineMessage, own: readonly PendingChange[]): TimelineMessage =>
  own.filter(({ error }) => error === null).reduce((so, { entry }) => asChanged(so, entry), message);

/** What has failed is told first. */
const describe = (own: readonly PendingChange[]): MessageChange | null => {
  const told = own.findLast(({ error }) => error !== null) ?? own.at(-1);
  if (!told) return null;
  const { entry, status, error } = told;
  const { change } = entry;
  return { kind: change.kind, status, error, ...(change.kind === 'edit' && { text: change.text }) };
};

export const createChanges = (deps: ChangeDeps): Changes => new ChangeList(deps);

class ChangeList implements Changes {
  readonly #deps: ChangeDeps;
  #made: readonly MadeChange[] = [];
  /** By message, for as long as nothing is made or pending besides. */
  #own: { made: readonly MadeChange[]; pending: readonly PendingChange[]; byMessage: OwnChanges } | null =
    null;
  /** What was shown last of each message, so that it stays the same object. */
  readonly #shown = new WeakMap<TimelineMessage, { of: readonly PendingChange[]; as: TimelineMessage }>();

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  handleMade(entry: ChangeEntry, revision: number | undefined): void {
    if (revision === undefined) return;
    this.#made = [...this.#made, { as: { entry, status: 'sending', error: null }, seq: revision }];
    this.#deps.onReached(revision);
  }

  handlePosition(position: number): void {
    if (this.#made.length > 0) this.#made = this.#made.filter(({ seq }) => seq > position);
  }

  clear(): void {
    this.#made = [];
  }

  applyTo(message: TimelineMessage): TimelineMessage {
    const pending = this.#deps.pending();
    if (this.#made.length === 0 && pending.length === 0) return message;
    const own = message.id === null ? undefined : this.#ownOf(pending).get(message.id);
    if (!own) return message;
    const known = this.#shown.get(message);
    const isSame =
      known?.of.length === own.length && own.every((change, index) => change === known.of[index]);
    if (known && isSame) return known.as;
    const as = { ...asIntended(message, own), change: describe(own) };
    this.#shown.set(message, { of: own, as });
    return as;
  }

  /** Asked for each message that is shown. */
  #ownOf(pending: readonly PendingChange[]): OwnChanges {
    if (this.#own?.made === this.#made && this.#own.pending === pending) return this.#own.byMessage;
    const byMessage = new Map<string, PendingChange[]>();
    for (const change of [...this.#made.map(({ as }) => as), ...pending]) {
      const { messageId } = change.entry.change;
      byMessage.set(messageId, [...(byMessage.get(messageId) ?? []), change]);
    }
    this.#own = { made: this.#made, pending, byMessage };
    return byMessage;
  }
}
