import { z } from 'zod';
import { RoomId, Timestamp } from './ids.ts';
import { MediaLoad } from './media-link.ts';

/**
 * The directory of media nodes and rooms in Redis. Whatever is in it may be lost: nodes write it again by themselves.
 *
 * - A node's record lives as long as the node renews it. A node that does not is taken for dead, and its rooms go elsewhere.
 * - A room's lease names the node that holds it, and a number. Of two nodes that hold one room the one with the greater
 *   number keeps it.
 */
export const mediaDirectoryKeys = {
  node: (nodeId: string) => `boltorezka:v1:media:node:${nodeId}`,
  nodePattern: 'boltorezka:v1:media:node:*',
  room: (roomId: string) => `boltorezka:v1:media:room:${roomId}`,
} as const;

/** Times that nodes and those who ask for them rely on. */
export const mediaDirectoryTimes = {
  renewIntervalMs: 300,
  /** A node whose record is not renewed for so long is dead. */
  nodeTtlMs: 1_500,
} as const;

export const MediaNodeRecord = z.object({
  nodeId: z.uuid(),
  url: z.url({ protocol: /^wss?$/ }).describe('Where its link is, for signaling processes.'),
  startedAt: Timestamp,
  load: MediaLoad,
});
export type MediaNodeRecord = z.infer<typeof MediaNodeRecord>;

/** Who holds a room. Lease numbers grow over time, and go on growing after Redis has lost its data. */
export const RoomLease = z.object({ roomId: RoomId, nodeId: z.uuid(), fence: z.int().nonnegative() });
export type RoomLease = z.infer<typeof RoomLease>;
