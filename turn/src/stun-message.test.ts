import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeXorAddress, encodeXorAddress } from './stun-address.ts';
import {
  attributes,
  decodeMessage,
  encodeMessage,
  isSignedWith,
  longTermKey,
  methods,
  readErrorCode,
} from './stun-message.ts';
import { createPacketReader } from './turn-transport.ts';
import { parseTurnUrl } from './turn-url.ts';

// The transaction and the addresses of RFC 5769, sections 2.2 and 2.3.
const transactionId = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');
const samples = [
  { address: '192.0.2.1', port: 32853, hex: '0001a147e112a643' },
  {
    address: '2001:db8:1234:5678:11:2233:4455:6677',
    port: 32853,
    hex: '0002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
  },
];

describe('STUN messages', () => {
  it.each(samples)('writes and reads $address as the RFC has it', ({ hex, ...endpoint }) => {
    expect(encodeXorAddress(endpoint, transactionId).toString('hex')).toBe(hex);
    expect(decodeXorAddress(Buffer.from(hex, 'hex'), transactionId)).toEqual(endpoint);
  });

  it.each(['::', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', 'fd00::2'])(
    'brings %s through whole',
    (address) => {
      const encoded = encodeXorAddress({ address, port: 9 }, transactionId);
      expect(encoded).toHaveLength(20);
      expect(decodeXorAddress(encoded, transactionId)).toEqual({ address, port: 9 });
    },
  );

  it('reads what it wrote, and knows whose signature it bears', () => {
    const key = longTermKey('user', 'realm', 'password');
    const bytes = encodeMessage({
      method: 'channelBind',
      class: 'request',
      transactionId,
      attributes: [['username', Buffer.from('odd')]],
      integrityKey: key,
    });
    const message = decodeMessage(bytes);
    expect(message).toMatchObject({ method: methods.channelBind, class: 'request', transactionId });
    expect(message?.attributes.get(attributes.username)?.toString()).toBe('odd');
    expect(isSignedWith(bytes, key)).toBe(true);
    expect(isSignedWith(bytes, longTermKey('user', 'realm', 'another'))).toBe(false);
  });

  it('ends with a fingerprint of everything before it where one is asked for', () => {
    const key = Buffer.from('password');
    const bytes = encodeMessage({
      method: 'binding',
      class: 'request',
      transactionId,
      attributes: [['username', Buffer.from('odd')]],
      integrityKey: key,
      fingerprint: true,
    });
    const fingerprint = decodeMessage(bytes)?.attributes.get(attributes.fingerprint);
    expect(fingerprint?.readUInt32BE()).toBe((crc32(bytes.subarray(0, -8)) ^ 0x5354554e) >>> 0);
    expect(isSignedWith(bytes, key)).toBe(true);
  });

  it('takes nothing else for a message', () => {
    const whole = encodeMessage({
      method: 'binding',
      class: 'request',
      transactionId,
      attributes: [['data', Buffer.alloc(8)]],
    });
    expect(decodeMessage(Buffer.from('GET / HTTP/1.1\r\nhost: somewhere\r\n\r\n'))).toBeUndefined();
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeMessage(whole.subarray(0, length))).toBeUndefined();
    }
    const lying = Buffer.from(whole);
    lying.writeUInt16BE(500, 22);
    expect(decodeMessage(lying)).toBeUndefined();
  });

  it('reads an error without a code as one', () => {
    const bytes = encodeMessage({ method: 'allocate', class: 'error', transactionId, attributes: [] });
    expect(readErrorCode(decodeMessage(bytes)!).code).toBe(0);
  });

  it('cuts a stream into packets wherever it was broken', () => {
    const message = encodeMessage({ method: 'binding', class: 'success', transactionId, attributes: [] });
    // Channel data of five bytes travels with three more.
    const channelData = Buffer.from([0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0]);
    const packets: Buffer[] = [];
    const read = createPacketReader((packet) => packets.push(packet));
    for (const byte of Buffer.concat([channelData, message, message])) read(Buffer.from([byte]));
    expect(packets).toEqual([channelData.subarray(0, 9), message, message]);
  });
});

describe('TURN URLs', () => {
  it.each([
    ['turn:turn.example', { protocol: 'udp', host: 'turn.example', port: 3478 }],
    ['turn:192.0.2.1:5000?transport=tcp', { protocol: 'tcp', host: '192.0.2.1', port: 5000 }],
    ['turns:[fd00::2]?transport=tcp', { protocol: 'tls', host: 'fd00::2', port: 5349 }],
  ])('reads %s', (url, expected) => {
    expect(parseTurnUrl(url)).toEqual(expected);
  });

  it.each([
    '',
    'stun:a',
    'turn://a',
    'turn:a:0',
    'turn:a:99999',
    'turns:a?transport=udp',
    'turn:a?transport=x',
  ])('refuses "%s"', (url) => {
    expect(() => parseTurnUrl(url)).toThrow(`"${url}"`);
  });
});
