import {
  AppError,
  type ChatMessage,
  type EventPayload,
  limits,
  type Mention,
  type RequestPayload,
  type RequestResult,
} from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import {
  addToInboxes,
  type InboxAddition,
  type PersonRead,
  removeFromInboxes,
  selectInboxAdditions,
  selectReadStates,
} from '../reads/index.ts';
import {
  countPins,
  type OpenedMessage,
  openMessage,
  selectReactions,
  takeNext,
  updateDismissed,
  updatePin,
  updateReaction,
  updateText,
} from './change-repository.ts';
import { eraseMessages, toDeletions } from './erase.ts';
import { placeKey, type StoredMessage, selectReaders } from './facts-repository.ts';
import { assertMayAdd, noSuchMessage } from './permission.ts';

/** Who changes something. */
export interface Actor {
  userId: string;
  userName: string;
}

/** What is told once the change is committed; nothing where there was nothing to change. */
export interface MessageChange {
  message: ChatMessage;
  event?: EventPayload<'chat.messageChanged'>;
  inbox?: InboxAddition[];
  /** Those whose inbox holds less now. */
  reads?: PersonRead[];
}

export interface ReactionOutcome {
  result: RequestResult<'chat.react'>;
  event?: EventPayload<'chat.reactionChanged'>;
}

/** @throws AppError `NotFound` where it was deleted. */
const assertThere = ({ isDeleted }: StoredMessage): void => {
  if (isDeleted) throw new AppError('NotFound', 'This message was deleted.');
};

/** Without its reactions, as an event tells it. */
const load = async (tx: Queryable, messageId: string): Promise<ChatMessage> => {
  const message = (await readMessagesById(tx, [messageId])).get(messageId);
  if (!message) throw noSuchMessage();
  return message;
};

/** Those named now. Where the author does not say, those are whose names still stand in the text. */
const mentionsAfter = async (
  tx: Queryable,
  { message }: OpenedMessage,
  { text, mentions }: RequestPayload<'chat.edit'>,
): Promise<Mention[]> => {
  if (mentions === undefined) return message.mentions.filter(({ userName }) => text.includes(`@${userName}`));
  const { roomId } = message;
  const readers = await selectReaders(
    tx,
    mentions.map((userId) => ({ roomId, userId })),
  );
  return [...new Set(mentions)].flatMap((userId) => readers.get(placeKey({ roomId, userId })) ?? []);
};

const idsOf = (mentions: Mention[]): string[] => mentions.map(({ userId }) => userId);

/** The people of one list who are not in the other. */
const without = (mentions: Mention[], others: Mention[]): string[] =>
  idsOf(mentions).filter((id) => !idsOf(others).includes(id));

/** Who is named newly is told; who is named no more is not. */
const adjustInboxes = async (
  tx: Queryable,
  opened: OpenedMessage,
  message: ChatMessage,
): Promise<Required<Pick<MessageChange, 'inbox' | 'reads'>>> => {
  const [before, after] = [opened.message.mentions, message.mentions ?? []];
  const gone = without(before, after);
  const { id: messageId, roomId } = message;
  const reads =
    gone.length > 0
      ? await removeFromInboxes(tx, { messageIds: [messageId], roomId, onlyMentioned: gone })
      : [];
  const notices = without(after, before).map((userId) => ({ kind: 'mention' as const, userId }));
  const { room } = opened.facts.found;
  const inbox = await addToInboxes(tx, [{ message, room, notices, isChange: true }]);
  return { inbox, reads };
};

/** Whoever asks for the same again may have had no answer since nobody was told: who was named is told once more. */
const tellAgain = async (tx: Queryable, { id, roomId }: StoredMessage): Promise<MessageChange> => {
  const message = await load(tx, id);
  const inbox = await selectInboxAdditions(tx, [message]);
  const reads = await selectReadStates(
    tx,
    inbox.map(({ userId }) => ({ userId, roomId })),
  );
  return { message, inbox, reads };
};

const edit = async (
  tx: Queryable,
  { userId }: Actor,
  payload: RequestPayload<'chat.edit'>,
): Promise<MessageChange> => {
  const opened = await openMessage(tx, { messageId: payload.messageId, userId });
  const { message: before, facts } = opened;
  if (before.userId !== userId) throw new AppError('Forbidden', 'Only its author can change a message.');
  assertThere(before);
  assertMayAdd(facts, 'write');
  const mentions = await mentionsAfter(tx, opened, payload);
  const areSame = [...without(mentions, before.mentions), ...without(before.mentions, mentions)].length === 0;
  if (before.text === payload.text && areSame) return tellAgain(tx, before);
  const { seq, epoch } = await takeNext(tx, before.roomId);
  await updateText(tx, { id: before.id, seq, text: payload.text, mentions, at: facts.now });
  const message = await load(tx, before.id);
  const event = { roomId: before.roomId, seq, epoch, change: 'edited' as const, message };
  return { message, event, ...(await adjustInboxes(tx, opened, message)) };
};

/** @throws AppError `Forbidden` where it is somebody else's, and this person does not look after the room. */
const assertMayTakeAway = ({ message, facts }: OpenedMessage, userId: string): void => {
  if (message.userId === userId || facts.found.may('deleteOthersMessages')) return;
  throw new AppError('Forbidden', 'Only its author and moderators can delete a message, or a preview of it.');
};

const remove = async (
  tx: Queryable,
  { userId }: Actor,
  { messageId }: RequestPayload<'chat.delete'>,
): Promise<MessageChange> => {
  const opened = await openMessage(tx, { messageId, userId });
  const { message: before } = opened;
  assertMayTakeAway(opened, userId);
  if (before.isDeleted) return { message: await load(tx, messageId) };
  const { roomId } = before;
  const erasure = await eraseMessages(tx, roomId, { ids: [messageId] });
  if (before.userId !== userId) {
    const [targetUserId, targetMessageId] = [before.userId, messageId];
    const audit = { roomId, actorId: userId, action: 'message.delete', targetUserId, targetMessageId };
    await recordAudit(tx, { ...audit, details: {} });
  }
  const message = await load(tx, messageId);
  const [event] = toDeletions(erasure, new Map([[messageId, message]]));
  return { message, ...(event && { event }), reads: erasure.reads };
};

const pin = async (
  tx: Queryable,
  { userId }: Actor,
  { messageId, isPinned }: RequestPayload<'chat.pin'>,
): Promise<MessageChange> => {
  const { message: before, facts } = await openMessage(tx, { messageId, userId });
  assertMayAdd(facts, 'pin');
  assertThere(before);
  if (before.isPinned === isPinned) return { message: await load(tx, messageId) };
  if (isPinned && (await countPins(tx, before.roomId)) >= limits.maxPinsPerRoom)
    throw new AppError('Conflict', 'This room has as many pinned messages as it can; unpin one first.');
  const { seq, epoch } = await takeNext(tx, before.roomId);
  await updatePin(tx, { id: messageId, seq, at: isPinned ? facts.now : null });
  const message = await load(tx, messageId);
  const change = isPinned ? ('pinned' as const) : ('unpinned' as const);
  return { message, event: { roomId: before.roomId, seq, epoch, change, message } };
};

/** Who may delete the message may take a part of it away, in the same rooms. */
const dismissPreview = async (
  tx: Queryable,
  { userId }: Actor,
  { messageId, url }: RequestPayload<'chat.dismissPreview'>,
): Promise<MessageChange> => {
  const opened = await openMessage(tx, { messageId, userId });
  assertMayTakeAway(opened, userId);
  assertThere(opened.message);
  const { roomId } = opened.message;
  const before = await load(tx, messageId);
  if (!before.previews?.some((preview) => preview.url === url)) return { message: before };
  const { seq, epoch } = await takeNext(tx, roomId);
  await updateDismissed(tx, { id: messageId, seq, url });
  const message = await load(tx, messageId);
  return { message, event: { roomId, seq, epoch, change: 'previewed', message } };
};

const react = async (
  tx: Queryable,
  { userId, userName }: Actor,
  { messageId, emoji, isSet }: RequestPayload<'chat.react'>,
): Promise<ReactionOutcome> => {
  const { message, facts } = await openMessage(tx, { messageId, userId });
  assertMayAdd(facts, 'react');
  assertThere(message);
  const reactions = await selectReactions(tx, messageId, userId);
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  const count = known?.count ?? 0;
  if ((known?.isMine ?? false) === isSet) return { result: { messageId, emoji, isSet, count } };
  if (!known && reactions.length >= limits.maxReactionsPerMessage)
    throw new AppError(
      'Conflict',
      'This message has as many different reactions as it can; use one of them.',
    );
  const { seq, epoch } = await takeNext(tx, message.roomId);
  await updateReaction(tx, { messageId, userId, emoji, isSet, seq });
  const state = { messageId, emoji, isSet, count: count + (isSet ? 1 : -1) };
  return {
    result: { ...state, revision: seq },
    event: { roomId: message.roomId, seq, epoch, ...state, userId, userName },
  };
};

/**
 * Changes messages. Each call is one transaction under the lock of the message's room, in which is also decided whether the
 * person may; one that changes nothing takes no position.
 */
export const createMessageChanges = (db: Database) => ({
  edit: (actor: Actor, payload: RequestPayload<'chat.edit'>) =>
    db.transaction((tx) => edit(tx, actor, payload)),
  remove: (actor: Actor, payload: RequestPayload<'chat.delete'>) =>
    db.transaction((tx) => remove(tx, actor, payload)),
  dismissPreview: (actor: Actor, payload: RequestPayload<'chat.dismissPreview'>) =>
    db.transaction((tx) => dismissPreview(tx, actor, payload)),
  pin: (actor: Actor, payload: RequestPayload<'chat.pin'>) => db.transaction((tx) => pin(tx, actor, payload)),
  react: (actor: Actor, payload: RequestPayload<'chat.react'>) =>
    db.transaction((tx) => react(tx, actor, payload)),
});

export type MessageChanges = ReturnType<typeof createMessageChanges>;
