import { isIP, SocketAddress } from 'node:net';

export interface Endpoint {
  address: string;
  port: number;
}

const magicCookie = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const familyV4 = 1;
const familyV6 = 2;

/** Groups of an IPv6 address, the dotted tail of `::ffff:127.0.0.1` among them, as 16 bytes. */
const parseV6 = (address: string): Buffer => {
  const dotted = /\d+\.\d+\.\d+\.\d+$/;
  const plain = address.replace(dotted, (tail) => {
    const bytes = Buffer.from(tail.split('.').map(Number));
    return `${bytes.toString('hex', 0, 2)}:${bytes.toString('hex', 2)}`;
  });
  const [head = '', end] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = end === undefined ? [] : groups(end);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
};

const parseAddress = (address: string): Buffer => {
  const family = isIP(address);
  if (family === 0) throw new Error(`${address} is no IP address`);
  return family === 4 ? Buffer.from(address.split('.').map(Number)) : parseV6(address);
};

const formatAddress = (bytes: Buffer): string => {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
};

const xor = (bytes: Buffer, mask: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));

/** XOR-MAPPED-ADDRESS and its kin (RFC 8489, 14.2): masked, so that no NAT rewrites them on the way. */
export const encodeXorAddress = ({ address, port }: Endpoint, transactionId: Buffer): Buffer => {
  const bytes = parseAddress(address);
  const header = Buffer.from([0, bytes.length === 4 ? familyV4 : familyV6, 0, 0]);
  header.writeUInt16BE(port ^ magicCookie.readUInt16BE(0), 2);
  return Buffer.concat([header, xor(bytes, Buffer.concat([magicCookie, transactionId]))]);
};

export const decodeXorAddress = (value: Buffer, transactionId: Buffer): Endpoint => {
  const length = value[1] === familyV4 ? 4 : 16;
  if (value.length !== 4 + length) throw new Error('a STUN address of a wrong length');
  const bytes = xor(value.subarray(4), Buffer.concat([magicCookie, transactionId]));
  return { address: formatAddress(bytes), port: value.readUInt16BE(2) ^ magicCookie.readUInt16BE(0) };
};
