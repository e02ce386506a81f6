import { z } from 'zod';
import { defineEvents, defineRequests } from './frames.ts';
import { MediaId, RoomId } from './ids.ts';
import {
  DtlsParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransportOptions,
} from './webrtc.ts';

/**
 * The contract between signaling and a media node. The node knows rooms, peers and permissions already decided; it knows
 * no users. Its peers are signaling's seats. Every frame is JSON, in one process as in two.
 */
const PeerId = z.string().min(1).max(64);
const peerRef = { roomId: RoomId, peerId: PeerId };
const Empty = z.object({});

export const MediaConsumer = z.object({
  id: MediaId,
  producerId: MediaId,
  producerPeerId: PeerId,
  kind: MediaKind,
  rtpParameters: RtpParameters,
});
export type MediaConsumer = z.infer<typeof MediaConsumer>;

/** One worker process, as an operator wants to see it. */
export const MediaWorkerStatus = z.object({
  pid: z.int(),
  port: z.int(),
  rooms: z.int(),
  peers: z.int(),
  state: z.enum(['running', 'replacing']),
});

export const mediaRequests = defineRequests({
  'media.getStatus': {
    payload: Empty,
    result: z.object({
      workers: z.array(MediaWorkerStatus),
      deadWorkers: z.int().describe('How many workers have died since the start.'),
    }),
    summary: 'The workers and their load',
  },
  'media.getCapabilities': {
    payload: Empty,
    result: z.object({ routerRtpCapabilities: RtpCapabilities }),
    summary: 'What every router of this node can receive; the same for all',
  },
  'media.joinRoom': {
    payload: z.object({
      ...peerRef,
      rtpCapabilities: RtpCapabilities,
      deafened: z.boolean(),
      dtlsParameters: DtlsParameters.optional().describe('With them both transports are connected at once.'),
    }),
    result: z.object({
      sendTransport: WebRtcTransportOptions,
      recvTransport: WebRtcTransportOptions,
      consumers: z.array(MediaConsumer),
    }),
    summary:
      'Make a peer, its two transports, and consumers for all that is sent; a peer of that id is replaced',
  },
  'media.connectTransport': {
    payload: z.object({ ...peerRef, transportId: MediaId, dtlsParameters: DtlsParameters }),
    result: Empty,
    summary: "Connect one of the peer's own transports",
  },
  'media.produce': {
    payload: z.object({
      ...peerRef,
      transportId: MediaId,
      kind: z.literal('audio'),
      rtpParameters: RtpParameters,
      paused: z.boolean(),
    }),
    result: z.object({ producerId: MediaId }),
    summary: "Receive a stream on the peer's own send transport",
  },
  'media.getConsumers': {
    payload: z.object(peerRef),
    result: z.object({ consumers: z.array(MediaConsumer) }),
    summary: 'What the peer receives now',
  },
  'media.setPeerMuted': {
    payload: z.object({ ...peerRef, muted: z.boolean() }),
    result: Empty,
    summary: 'Forward nothing that the peer sends, now or later, whatever its client does; or forward again',
  },
  'media.setPeerDeafened': {
    payload: z.object({ ...peerRef, deafened: z.boolean() }),
    result: Empty,
    summary: 'Send the peer nothing, or everything again',
  },
  'media.closePeer': {
    payload: z.object(peerRef),
    result: Empty,
    summary:
      'Close the peer with its transports; the last one closes the room. A peer that is not there is fine',
  },
});

export const mediaEvents = defineEvents({
  'media.consumerAdded': {
    payload: z.object({ ...peerRef, consumer: MediaConsumer }),
    summary: 'Another peer sends, and this one receives it',
  },
  'media.consumerClosed': {
    payload: z.object({ ...peerRef, consumerId: MediaId }),
    summary: 'The other peer has stopped sending',
  },
  'media.speakers': {
    payload: z.object({ roomId: RoomId, peerIds: z.array(PeerId) }),
    summary: 'Who speaks in the room: the whole list, whenever it changes',
  },
  'media.peersLost': {
    payload: z.object({
      roomId: RoomId,
      peerIds: z.array(PeerId),
      reason: z.enum(['workerDied']),
    }),
    summary: 'The worker under these peers is gone; join them again',
  },
  'media.workersChanged': {
    payload: z.object({ running: z.int(), total: z.int() }),
    summary: 'A worker died or was replaced',
  },
});

export type MediaRequestType = keyof typeof mediaRequests;
export type MediaRequestPayload<T extends MediaRequestType> = z.infer<(typeof mediaRequests)[T]['payload']>;
export type MediaRequestResult<T extends MediaRequestType> = z.infer<(typeof mediaRequests)[T]['result']>;
export type MediaEventType = keyof typeof mediaEvents;
export type MediaEventPayload<T extends MediaEventType> = z.infer<(typeof mediaEvents)[T]['payload']>;
export type MediaEvent = {
  [T in MediaEventType]: { type: T; payload: MediaEventPayload<T> };
}[MediaEventType];

/** A media node as signaling sees it, in this process or in another. */
export interface MediaPort {
  /** @throws AppError `NotFound` (no such peer or transport), `ValidationError` (mediasoup refuses it), `Unavailable`. */
  request<T extends MediaRequestType>(
    type: T,
    payload: MediaRequestPayload<T>,
  ): Promise<MediaRequestResult<T>>;
  /** Events arrive after the answers of the requests that caused them, in order. Returns the unsubscribe. */
  subscribe(listener: (event: MediaEvent) => void): () => void;
  close(): Promise<void>;
}
