import type {
  MediaConsumer,
  MediaEvent,
  MediaLossReason,
  MediaPeer,
  MediaRequestPayload,
} from '@boltorezka/protocol';

export type PeerRef = MediaRequestPayload<'media.closePeer'>;

/** What a map knows a peer by. */
export const keyOf = ({ roomId, peerId }: PeerRef): string => `${roomId} ${peerId}`;

interface Known {
  peer: MediaPeer;
  /** What this process has been told that the peer receives. */
  readonly consumerIds: Set<string>;
}

/**
 * The peers of a node as this process was told of them, so that what went by unseen while the link was down can be told:
 * nobody else would.
 */
export class NodePeers {
  readonly #known = new Map<string, Known>();
  readonly #countByRoom = new Map<string, number>();

  get all(): MediaPeer[] {
    return [...this.#known.values()].map(({ peer }) => peer);
  }

  get size(): number {
    return this.#known.size;
  }

  holds(ref: PeerRef): boolean {
    return this.#known.has(keyOf(ref));
  }

  holdsRoom(roomId: string): boolean {
    return this.#countByRoom.has(roomId);
  }

  /** The peer's place in the map, which changes when it is joined anew. */
  consumerIdsOf(ref: PeerRef): Set<string> | undefined {
    return this.#known.get(keyOf(ref))?.consumerIds;
  }

  add(peer: MediaPeer, consumers: MediaConsumer[]): void {
    this.delete(peer);
    this.#known.set(keyOf(peer), { peer, consumerIds: new Set(consumers.map(({ id }) => id)) });
    this.#countByRoom.set(peer.roomId, (this.#countByRoom.get(peer.roomId) ?? 0) + 1);
  }

  delete(ref: PeerRef): void {
    if (!this.#known.delete(keyOf(ref))) return;
    const left = (this.#countByRoom.get(ref.roomId) ?? 1) - 1;
    if (left > 0) this.#countByRoom.set(ref.roomId, left);
    else this.#countByRoom.delete(ref.roomId);
  }

  /**
   * Takes note of an event.
   * @returns false where it was told already.
   */
  note({ type, payload }: MediaEvent): boolean {
    if (type === 'media.peerChanged') {
      const known = this.#known.get(keyOf(payload));
      if (known) known.peer = payload;
      else this.add(payload, []);
    } else if (type === 'media.peerLeft') {
      this.delete(payload);
    } else if (type === 'media.consumerAdded') {
      const known = this.consumerIdsOf(payload);
      if (known?.has(payload.consumer.id)) return false;
      known?.add(payload.consumer.id);
    } else if (type === 'media.consumerClosed') {
      this.consumerIdsOf(payload)?.delete(payload.consumerId);
    } else if (type === 'media.peersLost') {
      for (const peerId of payload.peerIds) this.delete({ roomId: payload.roomId, peerId });
    }
    return true;
  }
}

/** The events that say that these peers' media is gone, one a room. */
export const toPeersLost = (peers: PeerRef[], reason: MediaLossReason): MediaEvent[] => {
  const rooms = Map.groupBy(peers, ({ roomId }) => roomId);
  return [...rooms].map(([roomId, lost]) => ({
    type: 'media.peersLost',
    payload: { roomId, peerIds: lost.map(({ peerId }) => peerId), reason },
  }));
};

/** The events that lead from what was told of a peer to what it receives now. */
export const toMissedEvents = (
  { roomId, peerId }: PeerRef,
  toldIds: ReadonlySet<string>,
  now: MediaConsumer[],
): MediaEvent[] => {
  const idsNow = new Set(now.map(({ id }) => id));
  const closed = [...toldIds].filter((id) => !idsNow.has(id));
  const added = now.filter(({ id }) => !toldIds.has(id));
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
