import { z } from 'zod';
import { ErrorPayload } from './errors.ts';
import { protocolVersion, RequestId } from './frames.ts';
import { Timestamp } from './ids.ts';
import { limits } from './limits.ts';
import {
  type MediaEvent,
  type MediaRequestResult,
  type MediaRequestType,
  mediaEvents,
  mediaRequests,
} from './media.ts';
import { RtpCapabilities } from './webrtc.ts';

/** The header by which a signaling process says which it is, the same on each link that it opens. */
export const mediaLinkOwnerHeader = 'x-boltorezka-signaling';

/**
 * `MediaPort` as a wire: one WebSocket between a signaling process and a media node. The node greets with `media.hello`,
 * tells every peer that is there (`media.peerChanged`), then `media.peersTold`. Signaling asks, the node answers with `ack`
 * or `nack` and tells events; both ping. The secret travels in the `authorization` header of the upgrade.
 */
export const mediaLinkPath = '/v1/media';

/** Sizes and times that both ends of a link rely on. */
export const mediaLinkLimits = {
  /** A join into a full room answers with a consumer for everybody who sends. */
  maxPayloadBytes: 1024 * 1024,
  /** What an end that does not read may make the other keep before the link is cut. */
  maxBufferedBytes: 8 * 1024 * 1024,
  heartbeatIntervalMs: 500,
  /** A link that brings nothing for so long, not even a pong, is cut. */
  heartbeatTimeoutMs: 1_500,
} as const;

/** How much a node carries. It comes with every answer, so that nobody has to ask for it. */
export const MediaLoad = z.object({ rooms: z.int().nonnegative(), peers: z.int().nonnegative() });
export type MediaLoad = z.infer<typeof MediaLoad>;

/** The first frame of every link, from the node. A node that was restarted has another `nodeId`, and none of its rooms. */
export const MediaHello = z.object({
  nodeId: z.uuid(),
  startedAt: Timestamp,
  routerRtpCapabilities: RtpCapabilities,
  workers: z.object({ running: z.int().nonnegative(), total: z.int().nonnegative() }),
});
export type MediaHello = z.infer<typeof MediaHello>;

const version = z.literal(protocolVersion);
const type = z.string().min(1).max(limits.maxFrameTypeLength);

/** What signaling sends. */
export const MediaLinkRequest = z.object({
  v: version,
  type,
  requestId: RequestId,
  payload: z.unknown(),
});
export type MediaLinkRequest = z.infer<typeof MediaLinkRequest>;

const answer = { v: version, requestId: RequestId, load: MediaLoad };
const Ack = z.object({ ...answer, type: z.literal('ack'), payload: z.unknown() });
const Nack = z.object({ ...answer, type: z.literal('nack'), payload: ErrorPayload });
const Hello = z.object({ v: version, type: z.literal('media.hello'), payload: MediaHello });
const Told = z.object({ v: version, type, payload: z.unknown() });

/** What a media node sends: an answer, its greeting, or an event; told apart by `type`. */
export type MediaLinkFrame =
  | { kind: 'ack'; requestId: string; load: MediaLoad; payload: unknown }
  | { kind: 'nack'; requestId: string; load: MediaLoad; payload: ErrorPayload }
  | { kind: 'hello'; payload: MediaHello }
  /** Everyone who was there when the link was opened has been told. */
  | { kind: 'peersTold' }
  | { kind: 'event'; event: MediaEvent }
  /** An event of a newer node. */
  | { kind: 'unknown'; type: string };

export const isMediaRequestType = (name: string): name is MediaRequestType =>
  Object.hasOwn(mediaRequests, name);

const isMediaEventType = (name: string): name is MediaEvent['type'] => Object.hasOwn(mediaEvents, name);

/**
 * Reads what a media node has sent, but for the payload of an `ack`: what it must be depends on the request.
 * @throws ZodError where the JSON is no frame of a link.
 */
export const parseMediaLinkFrame = (json: unknown): MediaLinkFrame => {
  const told = Told.parse(json);
  if (told.type === 'ack') return { ...Ack.parse(json), kind: 'ack' };
  if (told.type === 'nack') return { ...Nack.parse(json), kind: 'nack' };
  if (told.type === 'media.hello') return { ...Hello.parse(json), kind: 'hello' };
  if (told.type === 'media.peersTold') return { kind: 'peersTold' };
  if (!isMediaEventType(told.type)) return { kind: 'unknown', type: told.type };
  const payload = mediaEvents[told.type].payload.parse(told.payload);
  return { kind: 'event', event: { type: told.type, payload } as MediaEvent };
};

/**
 * Reads the payload of an `ack`.
 * @throws ZodError where it does not answer such a request.
 */
export const parseMediaResult = <T extends MediaRequestType>(
  requestType: T,
  payload: unknown,
): MediaRequestResult<T> => mediaRequests[requestType].result.parse(payload) as MediaRequestResult<T>;
