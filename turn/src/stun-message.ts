import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** STUN, TURN and ICE as far as servers are checked with them (RFC 8489, RFC 8656, RFC 8445). */
export const methods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

export const attributes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  software: 0x8022,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;

export type StunMethod = keyof typeof methods;
export type StunAttribute = keyof typeof attributes;
export type StunClass = 'request' | 'indication' | 'success' | 'error';

const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error'];
const magicCookie = 0x2112a442;
const headerLength = 20;
const integrityLength = 24;
const fingerprintLength = 8;
const fingerprintMask = 0x5354554e;

export interface OutgoingMessage {
  method: StunMethod;
  class: StunClass;
  transactionId: Buffer;
  attributes: [StunAttribute, Buffer][];
  /** With it the message is signed (MESSAGE-INTEGRITY). */
  integrityKey?: Buffer | undefined;
  /** Ends with FINGERPRINT, which every message of ICE has. */
  fingerprint?: boolean;
}

export interface IncomingMessage {
  method: number;
  class: StunClass;
  transactionId: Buffer;
  /** By number; of several of a kind, the first. */
  attributes: Map<number, Buffer>;
}

/** The key of long-term credentials: MD5 is the protocol's, not a choice. */
export const longTermKey = (username: string, realm: string, password: string): Buffer =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest();

const encodeAttribute = (type: number, value: Buffer): Buffer => {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
};

/** The class is spread between the bits of the method. */
const typeOf = (method: StunMethod, messageClass: StunClass): number => {
  const m = methods[method];
  const c = classes.indexOf(messageClass);
  return (m & 0x00f) | ((m & 0x070) << 1) | ((m & 0xf80) << 2) | ((c & 1) << 4) | ((c & 2) << 7);
};

/** The two that end a message cover what stands before them, and a length that counts themselves. */
const append = (bytes: Buffer, lengthOfNext: number, digest: (covered: Buffer) => Buffer): Buffer => {
  bytes.writeUInt16BE(bytes.length - headerLength + lengthOfNext, 2);
  return Buffer.concat([bytes, digest(bytes)]);
};

export const encodeMessage = (message: OutgoingMessage): Buffer => {
  const { integrityKey, fingerprint = false } = message;
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(typeOf(message.method, message.class), 0);
  header.writeUInt32BE(magicCookie, 4);
  message.transactionId.copy(header, 8);
  const body = message.attributes.map(([name, value]) => encodeAttribute(attributes[name], value));
  let bytes: Buffer = Buffer.concat([header, ...body]);
  bytes.writeUInt16BE(bytes.length - headerLength, 2);
  if (integrityKey) {
    bytes = append(bytes, integrityLength, (covered) =>
      encodeAttribute(attributes.messageIntegrity, createHmac('sha1', integrityKey).update(covered).digest()),
    );
  }
  if (!fingerprint) return bytes;
  return append(bytes, fingerprintLength, (covered) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE((crc32(covered) ^ fingerprintMask) >>> 0);
    return encodeAttribute(attributes.fingerprint, value);
  });
};

/** @returns undefined where the bytes are no STUN message. */
export const decodeMessage = (bytes: Buffer): IncomingMessage | undefined => {
  if (bytes.length < headerLength || bytes.readUInt32BE(4) !== magicCookie) return undefined;
  const type = bytes.readUInt16BE(0);
  const end = headerLength + bytes.readUInt16BE(2);
  if (type > 0x3fff || bytes.length < end) return undefined;
  const found = new Map<number, Buffer>();
  for (let at = headerLength; at + 4 <= end; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (at + 4 + length > end) return undefined;
    const name = bytes.readUInt16BE(at);
    if (!found.has(name)) found.set(name, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return {
    method: (type & 0x00f) | ((type & 0x0e0) >> 1) | ((type & 0x3e00) >> 2),
    class: classes[((type >> 4) & 1) | ((type >> 7) & 2)] ?? 'error',
    transactionId: bytes.subarray(8, headerLength),
    attributes: found,
  };
};

/** Whether the message was signed with this key. What follows the signature (FINGERPRINT) is not part of it. */
export const isSignedWith = (bytes: Buffer, key: Buffer): boolean => {
  for (let at = headerLength; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === attributes.messageIntegrity && length === 20) {
      const signed = Buffer.from(bytes.subarray(0, at));
      signed.writeUInt16BE(at - headerLength + integrityLength, 2);
      const digest = createHmac('sha1', key).update(signed).digest();
      return timingSafeEqual(digest, bytes.subarray(at + 4, at + 24));
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return false;
};

/** ERROR-CODE: the hundreds, the rest, and a phrase. */
export const readErrorCode = (message: IncomingMessage): { code: number; reason: string } => {
  const value = message.attributes.get(attributes.errorCode);
  if (!value || value.length < 4) return { code: 0, reason: 'an error without a code' };
  return { code: ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0), reason: value.subarray(4).toString('utf8') };
};
