import { type EventPayload, type EventType, protocolVersion } from '@boltorezka/protocol';

/** Encodes a server event; done once, however many sockets read it. */
export const encodeEvent = <T extends EventType>(type: T, payload: EventPayload<T>): Buffer =>
  Buffer.from(JSON.stringify({ v: protocolVersion, type, payload }));

/** Encodes the answer to a request. */
export const encodeReply = (type: 'ack' | 'nack', requestId: string, payload: unknown): Buffer =>
  Buffer.from(JSON.stringify({ v: protocolVersion, type, requestId, payload }));

/**
 * One unmasked text message as bytes on the wire (RFC 6455 section 5.2). Framed once, it is shared by every socket.
 */
export const frameText = (payload: Buffer): Buffer => {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const framed = Buffer.allocUnsafe(2 + extended + length);
  framed[0] = 0x81;
  framed[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
  if (extended === 2) framed.writeUInt16BE(length, 2);
  if (extended === 8) framed.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(framed, 2 + extended);
  return framed;
};

/** Makes one buffer of the frames that go to a socket together. */
export type JoinFrames = (frames: readonly Buffer[]) => Buffer;

/**
 * Sockets of one room are mostly written the same frames in the same tick: what was joined for the one before serves the next
 * as well, where it is of the very same frames.
 */
export const createFrameJoiner = (): JoinFrames => {
  let last: { frames: readonly Buffer[]; joined: Buffer } | undefined;
  const isLast = (frames: readonly Buffer[]): boolean =>
    last?.frames.length === frames.length && last.frames.every((frame, index) => frame === frames[index]);
  return (frames) => {
    const [only] = frames;
    if (frames.length === 1 && only) return only;
    if (!last || !isLast(frames)) last = { frames, joined: Buffer.concat(frames) };
    return last.joined;
  };
};
