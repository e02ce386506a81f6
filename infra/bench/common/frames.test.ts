import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeClientFrame, opcodes } from './frames.ts';

/** A server's frame: not masked. */
const serverFrame = (payload: Buffer, opcode: number = opcodes.text): Buffer => {
  if (payload.length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
  const isLong = payload.length > 0xffff;
  const head = Buffer.alloc(isLong ? 10 : 4);
  head[0] = 0x80 | opcode;
  head[1] = isLong ? 127 : 126;
  if (isLong) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
};

test('frames of every length come out whole, however the bytes are cut', () => {
  const length = fc.oneof(fc.nat(130), fc.constantFrom(125, 126, 65_535, 65_536, 70_000));
  fc.assert(
    fc.property(
      fc.array(length, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40_000 })),
      (lengths, cuts) => {
        const sent = lengths.map((bytes, index) => Buffer.alloc(bytes, 65 + index));
        const received: Buffer[] = [];
        const read = createFrameReader((_, payload) => received.push(Buffer.from(payload)));
        let bytes = Buffer.concat(sent.map((payload) => serverFrame(payload)));
        for (const cut of cuts) {
          read(Buffer.from(bytes.subarray(0, cut)));
          bytes = bytes.subarray(cut);
        }
        read(bytes);
        expect(received.map(String)).toEqual(sent.map(String));
      },
    ),
    { numRuns: 50 },
  );
});

test('a frame in pieces survives that the memory of the chunk is used again', () => {
  const received: string[] = [];
  const read = createFrameReader((_, payload) => received.push(payload.toString()));
  const memory = Buffer.alloc(4);
  for (const byte of serverFrame(Buffer.from('hello'))) {
    memory[0] = byte;
    read(memory.subarray(0, 1));
  }
  expect(received).toEqual(['hello']);
});

test('the kind of a frame is told', () => {
  const kinds: number[] = [];
  const read = createFrameReader((opcode) => kinds.push(opcode));
  read(Buffer.concat([serverFrame(Buffer.from('x')), serverFrame(Buffer.alloc(0), opcodes.ping)]));
  expect(kinds).toEqual([opcodes.text, opcodes.ping]);
});

test("a client's frame is masked, and unmasking gives its payload", () => {
  for (const length of [0, 5, 125, 126, 1_000]) {
    const payload = Buffer.alloc(length, 'payload');
    const frame = encodeClientFrame(opcodes.text, payload);
    const start = length < 126 ? 6 : 8;
    const mask = frame.subarray(start - 4, start);
    expect((frame[1] ?? 0) & 0x80).toBe(0x80);
    const unmasked = frame.subarray(start).map((byte, index) => byte ^ mask[index % 4]!);
    expect(Buffer.from(unmasked).equals(payload)).toBe(true);
  }
});

test('a payload that the two-byte length cannot say is refused', () => {
  expect(() => encodeClientFrame(opcodes.text, Buffer.alloc(65_536))).toThrow(RangeError);
});
