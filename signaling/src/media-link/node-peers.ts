import type {
  MediaConsumer,
  MediaEvent,
  MediaLossReason,
  MediaPeer,
  MediaRequestPayload,
} from '@boltorezka/protocol';

export type PeerRef = MediaRequestPayload<'media.getConsumers'>;

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
  readonly #byRoom = new Map<string, Map<string, Known>>();
  #size = 0;

  get all(): MediaPeer[] {
    return [...this.#byRoom.values()].flatMap((room) => [...room.values()].map(({ peer }) => peer));
  }

  get size(): number {
    return this.#size;
  }

  holds(ref: PeerRef): boolean {
    return this.#find(ref) !== undefined;
  }

  holdsRoom(roomId: string): boolean {
    return this.#byRoom.has(roomId);
  }

  /** The peer's place in the map, which changes when it is joined anew. */
  consumerIdsOf(ref: PeerRef): Set<string> | undefined {
    return this.#find(ref)?.consumerIds;
  }

  add(peer: MediaPeer, consumers: MediaConsumer[]): void {
    this.delete(peer);
    const room = this.#byRoom.get(peer.roomId) ?? new Map<string, Known>();
    this.#byRoom.set(peer.roomId, room);
    room.set(peer.peerId, { peer, consumerIds: new Set(consumers.map(({ id }) => id)) });
    this.#size += 1;
  }

  noteConsumers(ref: PeerRef, consumers: MediaConsumer[]): void {
    const known = this.consumerIdsOf(ref);
    known?.clear();
    for (const { id } of consumers) known?.add(id);
  }

  delete({ roomId, peerId }: PeerRef): void {
    const room = this.#byRoom.get(roomId);
    if (!room?.delete(peerId)) return;
    this.#size -= 1;
    if (room.size === 0) this.#byRoom.delete(roomId);
  }

  /**
   * Takes note of an event.
   * @returns false where it was told already.
   */
  note({ type, payload }: MediaEvent): boolean {
    if (type === 'media.peerChanged') {
      const known = this.#find(payload);
      if (known) known.peer = payload;
      else this.add(payload, []);
    } else if (type === 'media.peerLeft') {
      this.delete(payload);
    } else if (type === 'media.speakers') {
      for (const known of this.#byRoom.get(payload.roomId)?.values() ?? [])
        known.peer = { ...known.peer, isSpeaking: payload.peerIds.includes(known.peer.peerId) };
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

  #find({ roomId, peerId }: PeerRef): Known | undefined {
    return this.#byRoom.get(roomId)?.get(peerId);
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
