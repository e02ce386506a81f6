import type { EventPayload, ReadState, RoomDetails, RoomForMe } from '@boltorezka/protocol';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';

type DirectWith = RoomForMe['directWith'];

/** Tells of rooms, after the commit that changed them. */
export interface RoomNews {
  /** Everybody may enter it from now on. */
  opened(room: RoomDetails): void;
  /** One person may enter it from now on. */
  gained(userId: string, room: RoomDetails, directWith?: DirectWith): void;
  /** One person has asked to be let in, and is not. */
  declined(userId: string, room: RoomDetails): void;
  /** It is another now; of a private one its members are told, wherever they are. */
  changed(change: { room: RoomDetails; seq: number; epoch: string; memberIds: string[] }): void;
  /** The person themselves is told at every device, whichever rooms they look at there. */
  memberChanged(change: EventPayload<'room.memberChanged'>): void;
  /** What is unread to one person is counted from here. */
  marked(userId: string, state: ReadState): void;
  /** One person has closed a direct room, or it is in their list again. */
  closedChanged(userId: string, change: EventPayload<'direct.closedChanged'>): void;
}

/** To whom it matters, beside those who are told. */
type OnMemberChanged = (change: EventPayload<'room.memberChanged'>) => void;

/** Whoever belongs to the room no more is told of that by `room.removed`; of a stranger's sentence nobody need tell them here. */
const publishMemberChange = (publish: Publish, change: EventPayload<'room.memberChanged'>): void => {
  publish(topics.room(change.roomId), { type: 'room.memberChanged', payload: change });
  const { roomId, seq, userId, role, textMutedUntil, voiceMutedUntil } = change;
  if (role === null) return;
  publish(topics.user(userId), {
    type: 'room.selfChanged',
    payload: {
      ...{ roomId, seq, role },
      ...(textMutedUntil === undefined ? {} : { textMutedUntil }),
      ...(voiceMutedUntil === undefined ? {} : { voiceMutedUntil }),
    },
  });
};

export const createRoomNews = (publish: Publish, onMemberChanged: OnMemberChanged): RoomNews => ({
  opened: (room) => publish(topics.everyone, { type: 'room.created', payload: room }),
  gained: (userId, room, directWith) =>
    publish(topics.user(userId), {
      type: 'room.created',
      payload: { ...room, ...(directWith ? { directWith } : {}) },
    }),
  declined: (userId, { roomId, roomSlug, roomTitle }) =>
    publish(topics.user(userId), {
      type: 'joinRequest.declined',
      payload: { roomId, roomSlug, roomTitle },
    }),
  changed: ({ room, seq, epoch, memberIds }) => {
    publish(topics.room(room.roomId), { type: 'room.changed', payload: { seq, epoch, room } });
    const readers = room.isPublic ? [topics.everyone] : memberIds.map((userId) => topics.user(userId));
    for (const topic of readers) publish(topic, { type: 'room.updated', payload: room });
  },
  memberChanged: (change) => {
    publishMemberChange(publish, change);
    onMemberChanged(change);
  },
  marked: (userId, payload) => publish(topics.user(userId), { type: 'chat.readChanged', payload }),
  closedChanged: (userId, payload) => publish(topics.user(userId), { type: 'direct.closedChanged', payload }),
});
