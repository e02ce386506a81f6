/** Where a durable event stands in its room's log. */
export interface LogPosition {
  seq: number;
  epoch: string;
}

/** One event on its way to sockets, already encoded: it is encoded once, wherever its readers are. */
export interface BusMessage {
  topic: string;
  frame: Buffer;
  /** Nobody of this person gets it: for events that tell the others. */
  exceptUserId?: string | undefined;
  /** The room that an event to all is about: nobody who is banned from it gets it. */
  aboutRoomId?: string | undefined;
  /** Of an event in a room's log: nobody decodes the frame to learn which one it is. */
  position?: LogPosition | undefined;
}

export type BusListener = (message: BusMessage) => void;

/**
 * Carries events between signaling processes. Delivery is asynchronous, in the order of publishing per publisher, to
 * every subscriber of the topic, the publisher's own process included. What is published while Redis is away reaches
 * this process alone.
 */
export interface Bus {
  /** Other processes may be on it. */
  readonly isShared: boolean;
  /**
   * Resolves when events of the topic will arrive; while Redis is away, when this process's own will, and those of the
   * others will once it is back. Subscribing twice to a topic is the caller's mistake.
   */
  subscribe(topic: string, listener: BusListener): Promise<void>;
  unsubscribe(topic: string): Promise<void>;
  publish(message: BusMessage): void;
  /** False where nobody reads the topic for certain: what would be published need not even be encoded. */
  mayBeRead(topic: string): boolean;
  /**
   * Called whenever other processes are heard again after they could not be: what they published meanwhile is lost.
   * @returns the unsubscribe.
   */
  onRestored(listener: () => void): () => void;
  /** Rejects where other processes cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
