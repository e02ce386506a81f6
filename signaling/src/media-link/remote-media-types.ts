import type { MediaPort } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { LinkAddress, LinkEnd } from './link.ts';
import type { PeerRef } from './node-peers.ts';

export interface RemoteMediaOptions extends LinkAddress {
  log: Logger;
  requestTimeoutMs?: number;
  random?: () => number;
  /** A link has ended, or could not be opened. */
  onUnreachable?: (end: LinkEnd) => void;
}

export interface LinkState {
  connected: boolean;
  /** The node that is reached, or was last. */
  nodeId: string | null;
  /** Another node than before has answered: the rooms of the former one are gone. */
  isNewNode: boolean;
}

/**
 * A media node in another process. It tells of every peer there, whichever process speaks for it, when the link is opened
 * and as they change. While it cannot be reached, requests fail at once with `Unavailable`.
 */
export interface RemoteMedia extends MediaPort {
  /** Resolves when the node has answered for the first time; rejects with `Unauthorized` where it refuses the secret. */
  ready(): Promise<void>;
  readonly isConnected: boolean;
  /** How many sit here, as far as this process was told. */
  readonly peerCount: number;
  /** The peer is here, as far as this process was told. */
  holds(peer: PeerRef): boolean;
  /** Somebody sits in that room here, as far as this process was told. */
  holdsRoom(roomId: string): boolean;
  /** The node is dead: tells that the media of everybody there is gone, and closes. */
  abandon(): void;
  /** @returns the unsubscribe. */
  onLink(listener: (state: LinkState) => void): () => void;
}
