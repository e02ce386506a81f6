import { createCipheriv } from 'node:crypto';

const saltBytes = 12;
const blockBytes = 16;
const rtpHeaderBytes = 12;
const encryptionLabel = 0;
const saltLabel = 2;

/** The label's place in the 14 bytes of the master salt (RFC 3711, section 4.3.1). */
const labelOffset = 7;

interface Master {
  key: Buffer;
  salt: Buffer;
}

/** Key derivation of RFC 3711 and 6188: a keystream of AES in counter mode under the master key. */
export const deriveKey = ({ key, salt }: Master, label: number, byteCount: number): Buffer => {
  const counter = Buffer.alloc(blockBytes);
  salt.copy(counter);
  counter[labelOffset] = (counter[labelOffset] ?? 0) ^ label;
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(Buffer.alloc(byteCount));
};

/** Two bytes of nothing, SSRC, the roll-over counter (0) and the sequence number, under the salt. */
const createNonce = (salt: Buffer, packet: Buffer): Buffer => {
  const nonce = Buffer.alloc(saltBytes);
  packet.copy(nonce, 2, 8, 12);
  packet.copy(nonce, 10, 2, 4);
  for (let n = 0; n < saltBytes; n += 1) nonce[n] = (nonce[n] ?? 0) ^ (salt[n] ?? 0);
  return nonce;
};

/** AES-GCM of RFC 7714 with session keys, for a packet with a header of 12 bytes before the first roll-over. */
export const encryptPacket = (packet: Buffer, { key, salt }: Master): Buffer => {
  const header = packet.subarray(0, rtpHeaderBytes);
  const algorithm = key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
  const cipher = createCipheriv(algorithm, key, createNonce(salt, packet)).setAAD(header);
  const body = cipher.update(packet.subarray(rtpHeaderBytes));
  return Buffer.concat([header, body, cipher.final(), cipher.getAuthTag()]);
};

/**
 * The sending side of SRTP.
 * @param keyBase64 master key, of 16 or 32 bytes, and master salt.
 */
export const createProtect = (keyBase64: string): ((packet: Buffer) => Buffer) => {
  const bytes = Buffer.from(keyBase64, 'base64');
  const master = { key: bytes.subarray(0, -saltBytes), salt: bytes.subarray(-saltBytes) };
  const session = {
    key: deriveKey(master, encryptionLabel, master.key.length),
    salt: deriveKey(master, saltLabel, saltBytes),
  };
  return (packet) => encryptPacket(packet, session);
};
