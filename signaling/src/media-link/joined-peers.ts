import type { MediaConsumer, MediaEvent, MediaRequestPayload } from '@boltorezka/protocol';

export type PeerRef = MediaRequestPayload<'media.closePeer'>;

/** A peer that this process has joined, and what it has been told that the peer receives. */
export interface JoinedPeer extends PeerRef {
  readonly consumerIds: Set<string>;
}

/** What a map knows a peer by. */
export const keyOf = ({ roomId, peerId }: PeerRef): string => `${roomId} ${peerId}`;

/**
 * The peers that this process has joined and not closed. Ids alone, so that what went by unseen while the link was down
 * can be told: nobody else would.
 */
export class JoinedPeers {
  readonly #peers = new Map<string, JoinedPeer>();

  get all(): JoinedPeer[] {
    return [...this.#peers.values()];
  }

  add({ roomId, peerId }: PeerRef, consumers: MediaConsumer[]): void {
    const peer = { roomId, peerId, consumerIds: new Set(consumers.map(({ id }) => id)) };
    this.#peers.set(keyOf(peer), peer);
  }

  delete(ref: PeerRef): void {
    this.#peers.delete(keyOf(ref));
  }

  /** False once it was closed, lost, or joined anew. */
  holds(peer: JoinedPeer): boolean {
    return this.#peers.get(keyOf(peer)) === peer;
  }

  /**
   * Takes note of an event.
   * @returns false where it was told already.
   */
  note({ type, payload }: MediaEvent): boolean {
    if (type === 'media.consumerAdded') {
      const known = this.#peers.get(keyOf(payload))?.consumerIds;
      if (known?.has(payload.consumer.id)) return false;
      known?.add(payload.consumer.id);
    } else if (type === 'media.consumerClosed') {
      this.#peers.get(keyOf(payload))?.consumerIds.delete(payload.consumerId);
    } else if (type === 'media.peersLost') {
      for (const peerId of payload.peerIds) this.delete({ roomId: payload.roomId, peerId });
    }
    return true;
  }
}

/** The events that say that these peers' media is gone, one a room. */
export const toPeersLost = (peers: PeerRef[]): MediaEvent[] => {
  const rooms = Map.groupBy(peers, ({ roomId }) => roomId);
  return [...rooms].map(([roomId, lost]) => ({
    type: 'media.peersLost',
    payload: { roomId, peerIds: lost.map(({ peerId }) => peerId), reason: 'workerDied' },
  }));
};

/** The events that lead from what was told of a peer to what it receives now. */
export const toMissedEvents = (
  { roomId, peerId, consumerIds }: JoinedPeer,
  now: MediaConsumer[],
): MediaEvent[] => {
  const idsNow = new Set(now.map(({ id }) => id));
  const closed = [...consumerIds].filter((id) => !idsNow.has(id));
  const added = now.filter(({ id }) => !consumerIds.has(id));
  return [
    ...closed.map(
      (consumerId): MediaEvent => ({
        type: 'media.consumerClosed',
        payload: { roomId, peerId, consumerId },
      }),
    ),
    ...added.map(
      (consumer): MediaEvent => ({ type: 'media.consumerAdded', payload: { roomId, peerId, consumer } }),
    ),
  ];
};
