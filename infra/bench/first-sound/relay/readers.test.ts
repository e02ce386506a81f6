import { describe, expect, it } from 'vitest';
import { readDatagram } from './datagram.ts';
import { createStreamReader } from './stream-reader.ts';
import { createWebSocketReader } from './web-socket-reader.ts';

/** A text frame as a server sends it; with a mask, as a client. */
const frame = (text: string, mask?: Buffer): Buffer => {
  const payload = Buffer.from(text);
  const maskBit = mask ? 0x80 : 0;
  const head =
    payload.length < 126
      ? Buffer.from([0x81, maskBit | payload.length])
      : Buffer.from([0x81, maskBit | 126, payload.length >> 8, payload.length & 0xff]);
  if (!mask) return Buffer.concat([head, payload]);
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, n) => byte ^ (mask[n % 4] ?? 0)))]);
};

const mask = Buffer.from([1, 2, 3, 4]);
const bytes = (...values: number[]) => Buffer.from([...values, ...Array.from({ length: 20 }, () => 0)]);

describe('a reader of a WebSocket', () => {
  it('reads short and long messages, masked and not, however they are cut', () => {
    const long = 'x'.repeat(1_000);
    const all = Buffer.concat([frame('short'), frame(long, mask), frame('last', mask)]);
    expect(createWebSocketReader().read(all)).toEqual(['short', long, 'last']);
    const reader = createWebSocketReader();
    expect([...all].flatMap((byte) => reader.read(Buffer.from([byte])))).toEqual(['short', long, 'last']);
  });

  it('leaves out what is no text', () => {
    const ping = Buffer.from([0x89, 0]);
    expect(createWebSocketReader().read(Buffer.concat([ping, frame('text')]))).toEqual(['text']);
  });
});

describe('a reader of a connection', () => {
  it('names requests without what follows the question mark', () => {
    const reader = createStreamReader();
    expect(reader.read(Buffer.from('GET /assets/a.js?secret HTTP/1.1\r\n\r\n'), true)).toEqual([
      { protocol: 'http', label: 'GET /assets/a.js' },
    ]);
    expect(reader.read(Buffer.from('HTTP/1.1 200 OK\r\n\r\nbody'), false)[0]?.protocol).toBe('http');
    expect(reader.read(Buffer.from('more'), false)).toEqual([{ protocol: 'http', label: 'body' }]);
  });

  it('names messages by their type after an upgrade, and answers by what they answer', () => {
    const reader = createStreamReader();
    reader.read(Buffer.from('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'), true);
    const ready = Buffer.concat([Buffer.from('HTTP/1.1 101 \r\n\r\n'), frame('{"type":"server.ready"}')]);
    expect(reader.read(ready, false).map(({ label }) => label)).toContain('server.ready');
    reader.read(frame('{"type":"voice.join","requestId":"7"}', mask), true);
    expect(reader.read(frame('{"type":"ack","requestId":"7"}'), false)).toEqual([
      { protocol: 'signaling', label: 'ack voice.join' },
    ]);
  });
});

describe('a datagram', () => {
  it.each([
    ['stun', 'request', bytes(0x00, 0x01)],
    ['stun', 'answer', bytes(0x01, 0x01)],
    ['dtls', 'ClientHello', bytes(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1)],
    ['dtls', 'Finished', bytes(22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 77)],
    ['rtp', 'sound', bytes(0x80, 111)],
    ['rtp', 'sound', bytes(0x90, 0x80 | 111)],
    ['rtcp', 'report', bytes(0x80, 201)],
  ])('of %s is told by its first bytes: %s', (protocol, label, packet) => {
    expect(readDatagram(packet)).toEqual({ protocol, label });
  });
});
