import { AppError, type MediaNodeRecord, type RoomLease } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import { createDownError } from './link.ts';
import type { RemoteMedia } from './remote-media-types.ts';
import { rankByRendezvous } from './rendezvous.ts';

/** The ids of nodes that a room may be at, the best first; all of them can be reached. */
export interface RoomCandidates {
  /** Those where people of the room are: alive, whatever a record says. */
  peopled: string[];
  others: string[];
}

/** Who the nodes are, and who holds which room; whatever of it is lost is written again by the nodes. */
export interface FleetDirectory {
  nodes(): MediaNodeRecord[];
  /** @returns the unsubscribe. */
  onNodes(listener: (nodes: MediaNodeRecord[]) => void): () => void;
  readonly isReachable: boolean;
  /** @throws AppError `Unavailable` where the directory cannot be reached. */
  claimRoom(roomId: string, candidates: RoomCandidates): Promise<Pick<RoomLease, 'nodeId' | 'fence'>>;
  /** The node is dead, whatever its record says; one that is not registers again. */
  forgetNode(nodeId: string): Promise<void>;
  close(): Promise<void>;
}

interface PlacementDeps {
  directory: FleetDirectory;
  log: Logger;
}

/** A node that can be reached. */
interface Candidate {
  readonly id: string;
  readonly remote: Pick<RemoteMedia, 'peerCount' | 'holdsRoom'>;
}

/**
 * Where a room is, or shall be: with those who sit there, else at the node that carries least.
 * @throws AppError `Unavailable` where no node can be reached.
 */
export const placeRoom = async (
  { directory, log }: PlacementDeps,
  candidates: Candidate[],
  roomId: string,
): Promise<{ nodeId: string; fence: number | undefined }> => {
  // As the nodes have told us: their records are a moment older.
  const byLoad = candidates.toSorted((a, b) => a.remote.peerCount - b.remote.peerCount);
  const { true: holders = [], false: free = [] } = Object.groupBy(byLoad, ({ remote }) =>
    remote.holdsRoom(roomId) ? 'true' : 'false',
  );
  const peopled = holders.map(({ id }) => id);
  const others = free.map(({ id }) => id);
  if (byLoad.length === 0) throw createDownError();
  try {
    return await directory.claimRoom(roomId, { peopled, others });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'Unavailable') throw error;
    log.debug({ err: error, roomId }, 'no directory; the room is placed without it');
    const nodeId = peopled[0] ?? rankByRendezvous(roomId, others)[0];
    if (nodeId === undefined) throw createDownError();
    return { nodeId, fence: undefined };
  }
};
