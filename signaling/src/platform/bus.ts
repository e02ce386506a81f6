/** One event on its way to sockets, already encoded: it is encoded once, wherever its readers are. */
export interface BusMessage {
  topic: string;
  frame: Buffer;
  /** Nobody of this person gets it: for events that tell the others. */
  exceptUserId?: string | undefined;
}

export type BusListener = (message: BusMessage) => void;

/**
 * Carries events between signaling processes. Delivery is asynchronous, in the order of publishing per publisher, to
 * every subscriber of the topic, the publisher's own process included. What is published while Redis is away reaches
 * this process alone.
 */
export interface Bus {
  /** Resolves when events of the topic will arrive. Subscribing twice to a topic is the caller's mistake. */
  subscribe(topic: string, listener: BusListener): Promise<void>;
  unsubscribe(topic: string): Promise<void>;
  publish(message: BusMessage): void;
  /** False where nobody reads the topic for certain: what would be published need not even be encoded. */
  mayBeRead(topic: string): boolean;
  /** Rejects where other processes cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
