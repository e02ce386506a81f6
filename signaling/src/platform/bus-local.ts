import type { Bus, BusListener, BusMessage } from './bus.ts';

/** The bus of a single process. It delivers in a later turn, as a network would. */
export const createLocalBus = (): Bus => {
  const listeners = new Map<string, BusListener>();
  let pending: BusMessage[] = [];
  let closed = false;

  const deliver = () => {
    const batch = pending;
    pending = [];
    for (const message of batch) listeners.get(message.topic)?.(message);
  };

  return {
    isShared: false,
    subscribe: async (topic, listener) => {
      listeners.set(topic, listener);
    },
    unsubscribe: async (topic) => {
      listeners.delete(topic);
    },
    publish: (message) => {
      if (closed) return;
      if (pending.length === 0) setImmediate(deliver);
      pending.push(message);
    },
    mayBeRead: (topic) => listeners.has(topic),
    onRestored: () => () => {},
    ping: async () => {},
    close: async () => {
      closed = true;
      listeners.clear();
    },
  };
};
