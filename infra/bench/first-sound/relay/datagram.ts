import type { Message } from './wire.ts';

const stunLabels = new Map([
  [0x0001, 'request'],
  [0x0101, 'answer'],
  [0x0111, 'refusal'],
]);

/** RFC 6347 and 8446, as far as a handshake shows itself before it is encrypted. */
const handshakeLabels = new Map([
  [1, 'ClientHello'],
  [2, 'ServerHello'],
  [3, 'HelloVerifyRequest'],
  [11, 'Certificate'],
  [12, 'ServerKeyExchange'],
  [13, 'CertificateRequest'],
  [14, 'ServerHelloDone'],
  [15, 'CertificateVerify'],
  [16, 'ClientKeyExchange'],
]);

const changeCipherSpec = 20;
const handshake = 22;
const recordHeaderBytes = 13;

const dtlsLabel = (packet: Buffer): string => {
  if (packet[0] === changeCipherSpec) return 'ChangeCipherSpec';
  if (packet[0] !== handshake) return 'record';
  const isEncrypted = packet.length > 4 && packet.readUInt16BE(3) > 0;
  return isEncrypted ? 'Finished' : (handshakeLabels.get(packet[recordHeaderBytes] ?? -1) ?? 'handshake');
};

/** Which protocol a media datagram belongs to, told by its first bytes as RFC 7983 has it. */
export const readDatagram = (packet: Buffer): Message => {
  const [first = 0, second = 0] = packet;
  if (first <= 3 && packet.length >= 2) {
    return { protocol: 'stun', label: stunLabels.get(packet.readUInt16BE(0)) ?? 'message' };
  }
  if (first >= 20 && first <= 63) return { protocol: 'dtls', label: dtlsLabel(packet) };
  return second >= 192 && second <= 223
    ? { protocol: 'rtcp', label: 'report' }
    : { protocol: 'rtp', label: 'sound' };
};
