/** Reads the text messages out of one direction of a WebSocket (RFC 6455), as bytes come. */
export interface WebSocketReader {
  read(chunk: Buffer): string[];
}

const textOpcode = 1;
const maskBytes = 4;

interface Frame {
  opcode: number;
  payload: Buffer;
  end: number;
}

/** Length, and where what follows begins; undefined where more bytes must come first. */
const readLength = (bytes: Buffer): { length: number; offset: number } | undefined => {
  const short = (bytes[1] ?? 0) & 0x7f;
  if (short < 126) return { length: short, offset: 2 };
  const offset = short === 126 ? 4 : 10;
  if (bytes.length < offset) return undefined;
  return { length: short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)), offset };
};

const unmask = (payload: Buffer, mask: Buffer): Buffer =>
  payload.map((byte, index) => byte ^ (mask[index % maskBytes] ?? 0)) as Buffer;

const readFrame = (bytes: Buffer): Frame | undefined => {
  if (bytes.length < 2) return undefined;
  const head = readLength(bytes);
  if (!head) return undefined;
  const isMasked = ((bytes[1] ?? 0) & 0x80) !== 0;
  const start = head.offset + (isMasked ? maskBytes : 0);
  const end = start + head.length;
  if (bytes.length < end) return undefined;
  const payload = bytes.subarray(start, end);
  const opcode = (bytes[0] ?? 0) & 0x0f;
  return { opcode, payload: isMasked ? unmask(payload, bytes.subarray(head.offset, start)) : payload, end };
};

/** Neither side sends fragments or compresses: a frame is a message. */
export const createWebSocketReader = (): WebSocketReader => {
  let rest = Buffer.alloc(0);
  return {
    read: (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const texts: string[] = [];
      for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
        if (frame.opcode === textOpcode) texts.push(frame.payload.toString());
        rest = rest.subarray(frame.end);
      }
      return texts;
    },
  };
};
