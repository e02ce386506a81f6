import {
  AppError,
  type MediaLinkRequest,
  type MediaPort,
  type MediaRequestPayload,
  mediaRequests,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';

/** What names a peer, in every request that concerns one. */
const PeerRef = mediaRequests['media.getConsumers'].payload;
export type PeerRef = MediaRequestPayload<'media.getConsumers'>;
const Update = mediaRequests['media.updatePeer'].payload.pick({ attended: true });

interface Owner {
  readonly id: string;
  links: number;
  readonly peers: Map<string, PeerRef>;
  awayTimer: NodeJS.Timeout | undefined;
  goneTimer: NodeJS.Timeout | undefined;
}

export interface OwnersDeps {
  media: MediaPort;
  /** A link that comes back sooner was no loss: nobody is shown as away for it. */
  awayAfterMs: number;
  /** How long the peers of a signaling process that is gone are kept: its seats are held as long. */
  graceMs: number;
  log: Logger;
}

/** The link of a signaling process, as far as it owns peers. */
export interface Ownership {
  note(request: MediaLinkRequest): void;
  /** The node has refused it. */
  takeBack(request: MediaLinkRequest): void;
  release(): void;
}

const keyOf = ({ roomId, peerId }: PeerRef): string => `${roomId}/${peerId}`;

/** Who speaks for a peer is who joined it, or said last that its person is there. */
const isClaim = ({ type, payload }: MediaLinkRequest): boolean =>
  type === 'media.joinRoom' ||
  (type === 'media.updatePeer' && Update.safeParse(payload).data?.attended === true);

/**
 * Which signaling process speaks for which peers. Where one is gone, its people are shown as away until another process
 * speaks for them; those whom nobody takes over are closed, or they would stay for ever.
 */
export class Owners {
  readonly #deps: OwnersDeps;
  readonly #byId = new Map<string, Owner>();
  readonly #ofPeer = new Map<string, Owner>();
  #closed = false;

  constructor(deps: OwnersDeps) {
    this.#deps = deps;
  }

  /** The process that speaks for the peer, if it is known. */
  ownerIdOf(peer: PeerRef): string | undefined {
    return this.#ofPeer.get(keyOf(peer))?.id;
  }

  /** A process has opened a link, perhaps another one after it lost the first. */
  open(ownerId: string): Ownership {
    const owner = this.#byId.get(ownerId) ?? {
      ...{ id: ownerId, links: 0, peers: new Map() },
      ...{ awayTimer: undefined, goneTimer: undefined },
    };
    this.#byId.set(ownerId, owner);
    clearTimeout(owner.awayTimer);
    clearTimeout(owner.goneTimer);
    owner.links += 1;
    let isReleased = false;
    return {
      note: (request) => this.#note(owner, request),
      takeBack: (request) => this.#takeBack(owner, request),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        owner.links -= 1;
        // A link that ends with the server leaves its peers to the node, which is about to close.
        if (owner.links === 0 && !this.#closed) this.#await(owner);
      },
    };
  }

  /** The peer is gone, whoever closed it. */
  forget(peer: PeerRef): void {
    const key = keyOf(peer);
    this.#ofPeer.get(key)?.peers.delete(key);
    this.#ofPeer.delete(key);
  }

  close(): void {
    this.#closed = true;
    for (const { awayTimer, goneTimer } of this.#byId.values()) {
      clearTimeout(awayTimer);
      clearTimeout(goneTimer);
    }
    this.#byId.clear();
    this.#ofPeer.clear();
  }

  #note(owner: Owner, request: MediaLinkRequest): void {
    if (!isClaim(request)) return;
    const peer = PeerRef.safeParse(request.payload).data;
    if (!peer) return;
    // By the request, not its answer: a peer whose answer was lost is there all the same.
    this.forget(peer);
    owner.peers.set(keyOf(peer), peer);
    this.#ofPeer.set(keyOf(peer), owner);
  }

  /** A peer that could not be made, or is not there, is nobody's. */
  #takeBack(owner: Owner, request: MediaLinkRequest): void {
    const peer = isClaim(request) ? PeerRef.safeParse(request.payload).data : undefined;
    if (peer && this.#ofPeer.get(keyOf(peer)) === owner) this.forget(peer);
  }

  #await(owner: Owner): void {
    const { awayAfterMs, graceMs } = this.#deps;
    owner.awayTimer = setTimeout(() => this.#showAway(owner), awayAfterMs);
    owner.goneTimer = setTimeout(() => this.#bury(owner), graceMs);
  }

  #showAway({ peers }: Owner): void {
    const { media } = this.#deps;
    for (const peer of peers.values())
      this.#finish(media.request('media.updatePeer', { ...peer, attended: false }), peer);
  }

  #bury({ id, peers }: Owner): void {
    const { media, log } = this.#deps;
    this.#byId.delete(id);
    if (peers.size > 0)
      log.warn({ peers: peers.size }, 'a signaling process did not come back; closing its peers');
    for (const peer of peers.values()) this.#finish(media.request('media.closePeer', peer), peer);
  }

  #finish(request: Promise<unknown>, peer: PeerRef): void {
    request.catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NotFound') return;
      this.#deps.log.warn({ err: error, ...peer }, 'a peer without an owner could not be looked after');
    });
  }
}
