import { randomUUID } from 'node:crypto';
import {
  AppError,
  limits,
  type MediaPort,
  type RequestPayload,
  type RequestResult,
  type Room,
} from '@boltorezka/protocol';
import { createKeyedBuckets } from '../platform/token-bucket.ts';
import type { Connection } from '../ws/connection.ts';
import type { IceServersFor } from './ice-servers.ts';

export interface PreparationsDeps {
  media: MediaPort;
  iceServersFor: IceServersFor;
  /** What was prepared is not wanted any more. */
  closePeer: (peer: { id: string; roomId: string }) => void;
}

interface Preparation {
  id: string;
  roomId: string;
  /** It may be on its way back to the client, which cannot use it before. */
  expiresAtMs: number;
}

/** Somebody who points at buttons all day prepares no faster. */
const perPerson = { burst: 6, perSecond: 0.2 };

/** Transports that were made for sockets whose people are about to join: one pair a socket, for a minute. */
export class Preparations {
  readonly #deps: PreparationsDeps;
  readonly #byConnection = new Map<string, Preparation>();
  readonly #buckets = createKeyedBuckets(perPerson);

  constructor(deps: PreparationsDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `RateLimited`, `Unavailable`, `ValidationError`. */
  async prepare(
    connection: Connection,
    room: Pick<Room, 'id'>,
    { dtlsParameters }: RequestPayload<'voice.prepare'>,
  ): Promise<RequestResult<'voice.prepare'>> {
    const { media, iceServersFor, closePeer } = this.#deps;
    const { userId } = connection.identity;
    const bucket = this.#buckets.of(userId);
    if (!bucket.take()) {
      const retryAfterMs = bucket.retryAfterMs();
      throw new AppError('RateLimited', 'Voice is prepared too often: join without.', { retryAfterMs });
    }
    this.drop(connection.id);
    // Nobody would ever drop what is prepared for it.
    if (!connection.isOpen) throw new AppError('Conflict', 'The socket has ended.');
    const peer = { id: randomUUID(), roomId: room.id };
    this.#byConnection.set(connection.id, { ...peer, expiresAtMs: Date.now() + limits.preparationMs });
    const wish = { roomId: peer.roomId, peerId: peer.id, dtlsParameters };
    const transports = await media.request('media.prepareTransports', wish).catch((error: unknown) => {
      this.#forget(connection.id, peer.id);
      throw error;
    });
    // The socket has ended meanwhile, or has prepared something else.
    if (this.#byConnection.get(connection.id)?.id !== peer.id) closePeer(peer);
    return { preparationId: peer.id, iceServers: iceServersFor(userId), ...transports };
  }

  /** Whoever joins uses what was prepared for this socket and room, or lets go of it. @returns the peer's id. */
  take(connectionId: string, roomId: string, preparationId: string | undefined): string | undefined {
    const known = this.#byConnection.get(connectionId);
    const isGood = known?.id === preparationId && known?.roomId === roomId && known.expiresAtMs > Date.now();
    if (!known || !isGood) {
      this.drop(connectionId);
      return undefined;
    }
    this.#byConnection.delete(connectionId);
    return known.id;
  }

  /** The socket has ended, or wants something else. */
  drop(connectionId: string): void {
    const known = this.#byConnection.get(connectionId);
    if (!known) return;
    this.#byConnection.delete(connectionId);
    // Older ones have been closed by the media node.
    if (known.expiresAtMs > Date.now()) this.#deps.closePeer(known);
  }

  #forget(connectionId: string, preparationId: string): void {
    if (this.#byConnection.get(connectionId)?.id === preparationId) this.#byConnection.delete(connectionId);
  }
}
