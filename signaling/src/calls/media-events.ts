import type { MediaEvent, MediaEventPayload } from '@boltorezka/protocol';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { Hub } from '../ws/hub.ts';
import type { Calls } from './calls.ts';
import { handlePeerChanged, handlePeerLeft } from './known-seats.ts';
import type { Seat } from './seats.ts';

export interface MediaEventDeps {
  calls: Calls;
  hub: Hub;
  onWorkers: (running: number) => void;
}

const connectionOf = (hub: Hub, seat: Seat | undefined) =>
  seat?.connectionId === undefined ? undefined : hub.connection(seat.connectionId);

const handleConsumerAdded = (
  deps: MediaEventDeps,
  payload: MediaEventPayload<'media.consumerAdded'>,
): void => {
  const seat = deps.calls.seats.byId(payload.peerId);
  const { producerPeerId, ...consumer } = payload.consumer;
  const sender = deps.calls.seats.byId(producerPeerId);
  if (!seat || !sender) return;
  const frame = encodeEvent('voice.consumerAdded', {
    seatId: seat.id,
    consumer: { ...consumer, userId: sender.userId },
  });
  connectionOf(deps.hub, seat)?.sendSeatEvent(frame);
};

const handleConsumerClosed = (
  deps: MediaEventDeps,
  payload: MediaEventPayload<'media.consumerClosed'>,
): void => {
  const seat = deps.calls.seats.byId(payload.peerId);
  if (!seat) return;
  const { consumerId } = payload;
  connectionOf(deps.hub, seat)?.sendSeatEvent(
    encodeEvent('voice.consumerClosed', { seatId: seat.id, consumerId }),
  );
};

const handleSpeakers = (
  { calls }: MediaEventDeps,
  { roomId, peerIds }: MediaEventPayload<'media.speakers'>,
): void => {
  const seats = calls.seats.inRoom(roomId);
  // Kept for whoever comes later: the node tells changes alone.
  for (const seat of seats) seat.isSpeaking = peerIds.includes(seat.id);
  if (seats[0]) calls.roster.settleSpeakers(seats[0]);
};

/** The seats stay; their people are told to come back, and are shown as reconnecting until they do. */
const handlePeersLost = (deps: MediaEventDeps, payload: MediaEventPayload<'media.peersLost'>): void => {
  const seats = payload.peerIds.flatMap((peerId) => deps.calls.seats.byId(peerId) ?? []);
  for (const seat of seats) {
    seat.hasMedia = false;
    seat.isSpeaking = false;
    const reset = encodeEvent('voice.reset', { seatId: seat.id, reason: payload.reason });
    connectionOf(deps.hub, seat)?.sendSeatEvent(reset);
    deps.calls.roster.settle(seat);
  }
  if (seats[0]) deps.calls.roster.settleSpeakers(seats[0]);
};

/** What the media node tells, as events of the contract for those whom it concerns. */
export const createMediaEventListener =
  (deps: MediaEventDeps) =>
  (event: MediaEvent): void => {
    switch (event.type) {
      case 'media.consumerAdded':
        return handleConsumerAdded(deps, event.payload);
      case 'media.consumerClosed':
        return handleConsumerClosed(deps, event.payload);
      case 'media.speakers':
        return handleSpeakers(deps, event.payload);
      case 'media.peersLost':
        return handlePeersLost(deps, event.payload);
      case 'media.peerChanged':
        return handlePeerChanged(deps.calls, event.payload);
      case 'media.peerLeft':
        return handlePeerLeft(deps.calls, event.payload);
      case 'media.workersChanged':
        return deps.onWorkers(event.payload.running);
      default:
        event satisfies never;
    }
  };
