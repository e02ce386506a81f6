import {
  AppError,
  type ErrorPayload,
  isMediaRequestType,
  type MediaLinkRequest,
  type MediaLoad,
  type MediaPort,
  mediaLinkLimits,
  mediaRequests,
  protocolVersion,
  toValidationError,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';

/** The node's load, read once a turn of the event loop, however many answers the turn has. */
export const createLoadReader = (media: MediaPort): (() => Promise<MediaLoad>) => {
  let last: MediaLoad = { rooms: 0, peers: 0 };
  let reading: Promise<MediaLoad> | undefined;
  const read = async (): Promise<MediaLoad> => {
    const { workers } = await media.request('media.getStatus', {});
    last = { rooms: 0, peers: 0 };
    for (const { rooms, peers } of workers) {
      last.rooms += rooms;
      last.peers += peers;
    }
    return last;
  };
  return () => {
    if (!reading) {
      // A node that is stopping tells no status, and still answers with what it knew.
      reading = read().catch(() => last);
      setImmediate(() => {
        reading = undefined;
      });
    }
    return reading;
  };
};

const toErrorPayload = (error: unknown, log: Logger): ErrorPayload => {
  if (error instanceof AppError) {
    const { code, message, issues, retryable, retryAfterMs } = error;
    return { code, message, issues, retryable, retryAfterMs };
  }
  log.error({ err: error }, 'a media request failed');
  return { code: 'ServerError', message: 'Something went wrong on the media node; it has been logged.' };
};

const perform = async (media: MediaPort, { type, payload }: MediaLinkRequest): Promise<unknown> => {
  if (!isMediaRequestType(type)) {
    throw new AppError('UnknownEvent', 'This media node knows no such request.');
  }
  const parsed = mediaRequests[type].payload.safeParse(payload);
  if (!parsed.success) throw toValidationError(parsed.error);
  return media.request(type, parsed.data);
};

interface LinkAnswer {
  frame: string;
  /** The node has done what was asked, whatever the frame says. */
  isDone: boolean;
}

/** Performs requests, and makes the frames that answer them. Nothing in here waits once the node has answered. */
export const createAnswer = (media: MediaPort, log: Logger) => {
  const readLoad = createLoadReader(media);
  return async (request: MediaLinkRequest): Promise<LinkAnswer> => {
    const outcome = await perform(media, request).then(
      (payload) => ({ type: 'ack', payload }),
      (error: unknown) => ({ type: 'nack', payload: toErrorPayload(error, log) }),
    );
    const envelope = { v: protocolVersion, requestId: request.requestId, load: await readLoad() };
    const frame = JSON.stringify({ ...envelope, ...outcome });
    const isDone = outcome.type === 'ack';
    if (Buffer.byteLength(frame) <= mediaLinkLimits.maxPayloadBytes) return { frame, isDone };
    // Sent, it would end the link, and with it what everybody else has asked for.
    log.error({ type: request.type }, 'an answer is too large for the link');
    const payload = { code: 'PayloadTooLarge', message: 'The answer is too large for the media link.' };
    return { frame: JSON.stringify({ ...envelope, type: 'nack', payload }), isDone };
  };
};
