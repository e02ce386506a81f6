import {
  type MediaLinkRequest,
  type MediaPort,
  type MediaRequestPayload,
  mediaRequests,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';

/** What names a peer, in every request that concerns one. */
const PeerRef = mediaRequests['media.closePeer'].payload;
type PeerRef = MediaRequestPayload<'media.closePeer'>;

interface Owner {
  links: number;
  readonly peers: Map<string, PeerRef>;
  timer: NodeJS.Timeout | undefined;
}

export interface OwnersDeps {
  media: MediaPort;
  /** How long the peers of a signaling process that is gone are kept: its seats are held as long. */
  graceMs: number;
  log: Logger;
}

/** The link of a signaling process, as far as it owns peers. */
export interface Ownership {
  note(request: MediaLinkRequest): void;
  release(): void;
}

/** Whose peers are whose: what a process that does not come back leaves behind is closed, or it would stay for ever. */
export class Owners {
  readonly #deps: OwnersDeps;
  readonly #byId = new Map<string, Owner>();
  #closed = false;

  constructor(deps: OwnersDeps) {
    this.#deps = deps;
  }

  /** A process has opened a link, perhaps another one after it lost the first. */
  open(ownerId: string): Ownership {
    const owner = this.#byId.get(ownerId) ?? { links: 0, peers: new Map(), timer: undefined };
    this.#byId.set(ownerId, owner);
    clearTimeout(owner.timer);
    owner.links += 1;
    let isReleased = false;
    return {
      note: ({ type, payload }) => {
        if (type !== 'media.joinRoom' && type !== 'media.closePeer') return;
        const peer = PeerRef.safeParse(payload).data;
        if (!peer) return;
        const key = `${peer.roomId}/${peer.peerId}`;
        // By the request, not its answer: a peer whose answer was lost is there all the same.
        if (type === 'media.joinRoom') owner.peers.set(key, peer);
        else owner.peers.delete(key);
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        owner.links -= 1;
        // A link that ends with the server leaves its peers to the node, which is about to close.
        if (owner.links === 0 && !this.#closed)
          owner.timer = setTimeout(() => this.#bury(ownerId, owner), this.#deps.graceMs);
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#byId.values()) clearTimeout(timer);
    this.#byId.clear();
  }

  #bury(ownerId: string, { peers }: Owner): void {
    const { media, log } = this.#deps;
    this.#byId.delete(ownerId);
    if (peers.size > 0)
      log.warn({ peers: peers.size }, 'a signaling process did not come back; closing its peers');
    for (const peer of peers.values()) {
      media.request('media.closePeer', peer).catch((error: unknown) => {
        log.warn({ err: error, ...peer }, 'a peer without an owner could not be closed');
      });
    }
  }
}
