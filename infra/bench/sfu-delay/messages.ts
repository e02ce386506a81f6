import type { Entrance } from '../../../media/bench/messages.ts';

/** What may be asked of a sender, one question at a time. */
export type SenderRequest =
  /** Sends 50 packets a second into each entrance from now on, and nowhere else. */
  { type: 'send'; entrances: Entrance[] } | { type: 'count'; entrances: Entrance[] };

export type SenderAnswer =
  | { type: 'ready'; pid: number }
  | { type: 'sending' }
  /** How many packets went into these entrances so far. */
  | { type: 'count'; sent: number };

/** What may be asked of the receiver that takes the time, one question at a time. */
export type ReceiverRequest =
  /** Opens a socket in place of the one before. */
  | { type: 'listen' }
  /** What came since it was last asked. */
  | { type: 'take' }
  | { type: 'count' };

/** `direct` is loopback alone: from the sender to the receiver with nothing between them. */
export type Path = 'direct' | 'worker';

/** From the call that sends a packet to the call that hands it over, in microseconds. */
export type Delays = Record<Path, number[]>;

export type ReceiverAnswer =
  | { type: 'ready'; pid: number }
  | { type: 'listening'; port: number }
  | { type: 'delays'; delaysUs: Delays }
  | { type: 'count'; received: number };
