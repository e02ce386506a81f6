import { z } from 'zod';
import { defineEvents, defineRequests } from './frames.ts';
import { MediaId, RoomId, RoomSlug, SessionId, UserId } from './ids.ts';
import { limits } from './limits.ts';
import {
  DtlsParameters,
  IceParameters,
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
const fence = z
  .int()
  .nonnegative()
  .optional()
  .describe("The number of the room's lease, where a directory gives rooms to nodes.");
const transports = { sendTransport: WebRtcTransportOptions, recvTransport: WebRtcTransportOptions };
const stream = { kind: z.literal('audio'), rtpParameters: RtpParameters };

export const MediaConsumer = z.object({
  id: MediaId,
  producerId: MediaId,
  producerPeerId: PeerId,
  kind: MediaKind,
  rtpParameters: RtpParameters,
});
export type MediaConsumer = z.infer<typeof MediaConsumer>;

/**
 * Whose seat a peer is. The node keeps it, repeats it, and never looks into it: signaling processes learn from it who sits
 * where, those too that have just been started.
 */
export const PeerAppData = z.object({
  ownerId: z.string().min(1).max(64).describe('The signaling process that has spoken for the seat last.'),
  userId: UserId,
  sessionId: SessionId.describe('Whose token may speak for the seat while no database can be asked.'),
  userName: z.string().max(limits.maxUserNameLength),
  roomSlug: RoomSlug,
  isRoomPublic: z.boolean(),
  seatedAtMs: z.int().nonnegative().describe('Of two seats of one person the later one counts.'),
  muted: z.boolean(),
  mutedByServer: z.boolean(),
  deafened: z.boolean(),
});
export type PeerAppData = z.infer<typeof PeerAppData>;

/** Why the media of seats is gone: its worker ended, its node cannot be reached, another node holds the room. */
export const MediaLossReason = z
  .enum(['workerDied', 'nodeLost', 'roomMoved'])
  .meta({ id: 'MediaLossReason' });
export type MediaLossReason = z.infer<typeof MediaLossReason>;

/** Why a seat is over: its person sits elsewhere now, or it was given up or taken away. */
export const SeatEndReason = z.enum(['moved', 'removed']).meta({ id: 'SeatEndReason' });
export type SeatEndReason = z.infer<typeof SeatEndReason>;

export const MediaPeer = z.object({
  ...peerRef,
  attended: z.boolean().describe('A signaling process has a socket that speaks for it.'),
  isSpeaking: z.boolean().describe('As of now; media.speakers tells when it changes.'),
  appData: PeerAppData,
});
export type MediaPeer = z.infer<typeof MediaPeer>;

/** One worker process, as an operator wants to see it. */
export const MediaWorkerStatus = z.object({
  pid: z.int(),
  port: z.int(),
  rooms: z.int(),
  peers: z.int(),
  prepared: z.int().describe('Pairs of transports that wait for somebody to join with them.'),
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
  'media.prepareTransports': {
    payload: z.object({ ...peerRef, fence, dtlsParameters: DtlsParameters }),
    result: z.object(transports),
    summary:
      'Make and connect the transports of a peer that may join within a minute; until then nobody is told of it. Unavailable where too many wait',
  },
  'media.joinRoom': {
    payload: z.object({
      ...peerRef,
      rtpCapabilities: RtpCapabilities,
      deafened: z.boolean(),
      appData: PeerAppData,
      fence,
      dtlsParameters: DtlsParameters.optional().describe('With them both transports are connected at once.'),
      produce: z
        .object({ ...stream, paused: z.boolean() })
        .optional()
        .describe('On transports that were prepared; without them it is left out.'),
    }),
    result: z.object({
      ...transports,
      consumers: z.array(MediaConsumer),
      producerId: MediaId.optional(),
    }),
    summary:
      'Make a peer, its two transports unless they were prepared, and consumers for all that is sent; a peer of that id is replaced',
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
      ...stream,
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
  'media.restartIce': {
    payload: z.object({ ...peerRef, transportId: MediaId }),
    result: z.object({ iceParameters: IceParameters }),
    summary:
      "Give one of the peer's own transports new ICE parameters; the old ones hold until those are used",
  },
  'media.getPeers': {
    payload: Empty,
    result: z.object({ peers: z.array(MediaPeer) }),
    summary: 'Everyone on this node',
  },
  'media.updatePeer': {
    payload: z.object({
      ...peerRef,
      muted: z
        .boolean()
        .optional()
        .describe('Forward nothing that the peer sends, now or later, whatever its client does.'),
      deafened: z.boolean().optional().describe('Send the peer nothing.'),
      attended: z.boolean().optional(),
      appData: PeerAppData.optional(),
    }),
    result: Empty,
    summary:
      'Silence a peer, speak for it from here on (attended, with the own appData), or tell that its person is away; what is left out stays, and what a former owner says is left out',
  },
  'media.closePeer': {
    payload: z.object({
      ...peerRef,
      reason: SeatEndReason.optional().describe('For whoever speaks for the seat; left out, it is removed.'),
    }),
    result: Empty,
    summary:
      'Close the peer with its transports, joined or prepared; the last one closes the room. A peer that is not there is fine',
  },
});

export const mediaEvents = defineEvents({
  'media.peerChanged': {
    payload: MediaPeer,
    summary: 'A peer is there now, or another than it was',
  },
  'media.peerLeft': {
    payload: z.object({ ...peerRef, reason: SeatEndReason }),
    summary: 'A peer was closed',
  },
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
      reason: MediaLossReason,
    }),
    summary: 'The worker or the node under these peers is gone, or the room is elsewhere; join them again',
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
