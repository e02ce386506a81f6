import type { EventPayload, EventType } from '@boltorezka/protocol';
import type { Bus } from '../platform/bus.ts';
import { encodeEvent } from './frame-encoder.ts';
import type { Hub } from './hub.ts';

/** Sends an event to every socket that reads a topic, in this process and the others. */
export type Publish = <T extends EventType>(
  topic: string,
  event: { type: T; payload: EventPayload<T> },
  options?: { exceptUserId?: string },
) => void;

export const createPublish =
  (bus: Bus): Publish =>
  (topic, event, options) => {
    if (!bus.mayBeRead(topic)) return;
    bus.publish({
      topic,
      frame: encodeEvent(event.type, event.payload),
      exceptUserId: options?.exceptUserId,
    });
  };

/** Sends an event to every socket of this process that reads a topic, and to no other process. */
export type Tell = <T extends EventType>(topic: string, event: { type: T; payload: EventPayload<T> }) => void;

export const createTell =
  (hub: Hub): Tell =>
  (topic, event) => {
    if (hub.isRead(topic)) hub.tell({ topic, frame: encodeEvent(event.type, event.payload) });
  };
