import type { EventPayload, EventType } from '@boltorezka/protocol';
import type { Bus } from '../platform/bus.ts';
import { encodeEvent } from './frame-encoder.ts';

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
