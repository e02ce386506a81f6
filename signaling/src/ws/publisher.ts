import type { EventPayload, EventType } from '@boltorezka/protocol';
import type { Bus, LogPosition } from '../platform/bus.ts';
import { topics } from './context.ts';
import { encodeEvent } from './frame-encoder.ts';
import type { Hub } from './hub.ts';

/** The room that an event to all is about; an event to some of them goes to who may know of it. */
const aboutRoomOf = (topic: string, payload: object): string | undefined =>
  (topic === topics.everyone || topic === topics.lobby) &&
  'roomId' in payload &&
  typeof payload.roomId === 'string'
    ? payload.roomId
    : undefined;

/** Sends an event to every socket that reads a topic, in this process and the others. */
export type Publish = <T extends EventType>(
  topic: string,
  event: { type: T; payload: EventPayload<T> },
  options?: { exceptUserId?: string },
) => void;

/** Of an event in a room's log; `lobby.activity` has a number too, but names no log. */
const positionOf = (payload: object): LogPosition | undefined =>
  'seq' in payload &&
  'epoch' in payload &&
  typeof payload.seq === 'number' &&
  typeof payload.epoch === 'string'
    ? { seq: payload.seq, epoch: payload.epoch }
    : undefined;

export const createPublish =
  (bus: Bus): Publish =>
  (topic, event, options) => {
    if (!bus.mayBeRead(topic)) return;
    bus.publish({
      topic,
      frame: encodeEvent(event.type, event.payload),
      exceptUserId: options?.exceptUserId,
      aboutRoomId: aboutRoomOf(topic, event.payload),
      position: positionOf(event.payload),
    });
  };

/** Sends an event to every socket of this process that reads a topic, and to no other process. */
export type Tell = <T extends EventType>(
  topic: string,
  event: { type: T; payload: EventPayload<T> },
  options?: { exceptUserId?: string },
) => void;

export const createTell =
  (hub: Hub): Tell =>
  (topic, event, options) => {
    if (!hub.isRead(topic)) return;
    hub.tell({
      topic,
      frame: encodeEvent(event.type, event.payload),
      exceptUserId: options?.exceptUserId,
      aboutRoomId: aboutRoomOf(topic, event.payload),
    });
  };
