import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const FINGERPRINT_XOR = 0x5354554e;

const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const PRIORITY = 0x0024;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLING = 0x802a;

/** A connectivity check of ICE (RFC 8445), as a browser sends to where its voice shall go. */
export const createConnectivityCheck = ({
  usernameFragment,
  password,
}: {
  usernameFragment: string;
  password: string;
}): { request: Buffer; isAnsweredBy: (response: Buffer) => boolean } => {
  const transactionId = randomBytes(12);
  const plain = Buffer.concat([
    attribute(USERNAME, Buffer.from(`${usernameFragment}:replay`)),
    attribute(PRIORITY, Buffer.from([0x6e, 0x7f, 0x1e, 0xff])),
    attribute(ICE_CONTROLLING, randomBytes(8)),
  ]);
  const integrity = attribute(MESSAGE_INTEGRITY, Buffer.alloc(20));
  // Each of the last two covers what stands before it, and a length that counts itself.
  const covered = message(transactionId, plain, integrity.length);
  createHmac('sha1', password).update(covered).digest().copy(integrity, 4);
  const signed = Buffer.concat([plain, integrity]);
  const fingerprint = attribute(FINGERPRINT, Buffer.alloc(4));
  fingerprint.writeUInt32BE(
    (crc32(message(transactionId, signed, fingerprint.length)) ^ FINGERPRINT_XOR) >>> 0,
    4,
  );
  return {
    request: message(transactionId, Buffer.concat([signed, fingerprint]), 0),
    isAnsweredBy: (response) =>
      response.length >= HEADER_BYTES &&
      response.readUInt16BE(0) === BINDING_SUCCESS &&
      response.subarray(8, HEADER_BYTES).equals(transactionId),
  };
};

const attribute = (type: number, value: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
};

/** @param more bytes that are counted and follow later */
const message = (transactionId: Buffer, attributes: Buffer, more: number): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt16BE(attributes.length + more, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transactionId, attributes]);
};
