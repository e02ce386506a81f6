import type { MediaEventPayload, MediaPeer, PeerAppData } from '@boltorezka/protocol';
import type { Calls } from './calls.ts';
import { createSeat, isLater, type Seat } from './seats.ts';

/** What the node has of a seat that this process speaks for. What it missed while it could not be told, it is told now. */
const correct = (calls: Calls, seat: Seat, { attended, appData }: MediaPeer): void => {
  const isAttended = seat.connectionId !== undefined;
  const { muted, deafened, mutedByServer, userName } = appData;
  if (attended === isAttended && muted === seat.muted && deafened === seat.deafened)
    if (mutedByServer === seat.mutedByServer && userName === seat.userName) return;
  calls.tellNode(seat);
};

const assign = (seat: Seat, appData: PeerAppData): void => {
  const { ownerId, sessionId, userName, muted, mutedByServer, deafened } = appData;
  Object.assign(seat, { ownerId, sessionId, userName, muted, mutedByServer, deafened });
};

/** A seat that another process speaks for, or a former life of this one. */
const follow = (calls: Calls, { roomId, peerId, attended, isSpeaking, appData }: MediaPeer): void => {
  const known = calls.seats.byId(peerId);
  if (known && calls.isReturning(known.id)) return;
  if (known) {
    assign(known, appData);
    known.connectionId = undefined;
    known.attended = attended;
    // The node may have been taken for dead here, and is not.
    known.hasMedia = true;
    return calls.roster.settle(known);
  }
  const seat = createSeat({ ...appData, id: peerId, roomId, connectionId: undefined, attended, isSpeaking });
  const current = calls.seats.byUser(seat.userId);
  if (current && isLater(current, seat)) {
    // Taken at two processes at once: the process of the later seat ends the earlier one.
    if (calls.isOurs(current)) calls.closePeer(seat, 'moved');
    return;
  }
  const previous = calls.roster.sitDown(seat);
  if (previous && calls.isOurs(previous)) calls.closePeer(previous, 'moved');
};

/** A peer of a media node, as the node tells it: the seats of every signaling process come to be known in this way. */
export const handlePeerChanged = (calls: Calls, peer: MediaPeer): void => {
  const isOurs = calls.isOurs(peer.appData);
  if (!isOurs) follow(calls, peer);
  const seat = calls.seats.byId(peer.peerId);
  if (!seat) {
    // Left meanwhile; or the node was taken for dead when the seat moved elsewhere, and nobody could tell it.
    if (isOurs && !calls.isJoining(peer.peerId)) calls.closePeer({ id: peer.peerId, roomId: peer.roomId });
    return;
  }
  if (isOurs && calls.isOurs(seat)) correct(calls, seat, peer);
  seat.isSpeaking = peer.isSpeaking;
  calls.roster.settleSpeakers(seat);
};

/** Closed by whoever speaks for it; or nobody did, for too long. */
export const handlePeerLeft = (
  calls: Calls,
  { peerId, reason }: MediaEventPayload<'media.peerLeft'>,
): void => {
  const seat = calls.seats.byId(peerId);
  if (!seat) return;
  calls.roster.tellClosed(seat, reason);
  calls.roster.standUp(seat);
  followRemaining(calls, seat.userId);
};

/** A later seat may have been withdrawn before it was used: the earlier one, which it had hidden, stands. */
const followRemaining = (calls: Calls, userId: string): void => {
  calls.findPeersOf(userId).then(
    (peers) => {
      for (const peer of peers) handlePeerChanged(calls, peer);
    },
    // Where the node cannot be asked, its next link tells of everybody.
    () => undefined,
  );
};
