import { randomBytes } from 'node:crypto';

const OPCODE_MASK = 0x0f;
const MASK_BIT = 0x80;
const FIN_BIT = 0x80;

export const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** One frame as a client sends it: masked, and shorter than 64 kB. */
export const encodeClientFrame = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload;
  if (length > 0xffff) throw new RangeError(`a payload of ${length} bytes is too long`);
  const extended = length < 126 ? 0 : 2;
  const mask = randomBytes(4);
  const frame = Buffer.alloc(2 + extended + mask.length + length);
  frame[0] = FIN_BIT | opcode;
  frame[1] = MASK_BIT | (extended === 0 ? length : 126);
  if (extended > 0) frame.writeUInt16BE(length, 2);
  mask.copy(frame, 2 + extended);
  const start = 2 + extended + mask.length;
  for (let i = 0; i < length; i += 1) frame[start + i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return frame;
};

type OnFrame = (opcode: number, payload: Buffer) => void;

/** Where the frame at the start of the bytes has its payload; undefined where its head has not come whole. */
const readHead = (bytes: Buffer): { start: number; end: number } | undefined => {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & ~MASK_BIT;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extended;
  if (bytes.length < start) return undefined;
  if (extended === 0) return { start, end: start + short };
  return { start, end: start + (extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))) };
};

/**
 * Cuts what a server sends into frames. As lean as can be: a thousand sockets are read by one process, and the time
 * that reading takes is part of the latency that is measured. The payload is valid during the call alone.
 */
export const createFrameReader = (onFrame: OnFrame): ((chunk: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let head = readHead(bytes); head && bytes.length >= head.end; head = readHead(bytes)) {
      onFrame((bytes[0] ?? 0) & OPCODE_MASK, bytes.subarray(head.start, head.end));
      bytes = bytes.subarray(head.end);
    }
    // A copy: the chunk's memory is read into again.
    rest = Buffer.from(bytes);
  };
};
