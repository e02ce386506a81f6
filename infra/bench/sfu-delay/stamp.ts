import { nowUs } from '../common/clock.ts';
import type { Path } from './messages.ts';

const timestampAt = 4;
const ssrcAt = 8;
const range = 2 ** 32;

/** The worker draws the SSRC of what it forwards from 100,000,000 and more; what comes directly has less. */
const directSsrcLimit = 1_000;

/** Writes the present moment over the RTP timestamp: the worker forwards it as it is, and SRTP leaves it readable. */
export const stamp = (packet: Buffer): void => {
  packet.writeUInt32BE(Math.floor(nowUs()) % range, timestampAt);
};

/** Microseconds since the stamp, also where the 32 bits of it have gone round meanwhile. */
export const readAgeUs = (packet: Buffer, atUs: number): number =>
  (((Math.floor(atUs) - packet.readUInt32BE(timestampAt)) % range) + range) % range;

/** Which way the packet came; undefined for RTCP. */
export const pathOf = (packet: Buffer): Path | undefined => {
  const second = packet[1] ?? 0;
  if (second >= 192 && second <= 223) return undefined;
  return packet.readUInt32BE(ssrcAt) < directSsrcLimit ? 'direct' : 'worker';
};
