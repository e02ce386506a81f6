import { randomUUID } from 'node:crypto';
import {
  AppError,
  type MediaEvent,
  type MediaHello,
  type MediaPort,
  type MediaRequestPayload,
  type MediaRequestResult,
  type MediaRequestType,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import {
  type JoinedPeer,
  JoinedPeers,
  keyOf,
  type PeerRef,
  toMissedEvents,
  toPeersLost,
} from './joined-peers.ts';
import { createDownError, type LinkAddress, type LinkEnd } from './link.ts';
import { LinkKeeper } from './link-keeper.ts';

export interface RemoteMediaOptions extends Omit<LinkAddress, 'ownerId'> {
  log: Logger;
  requestTimeoutMs?: number;
  random?: () => number;
}

export interface LinkState {
  connected: boolean;
  /** The node that is reached, or was last. */
  nodeId: string | null;
  /** Another node than before has answered: the rooms of the former one are gone. */
  isNewNode: boolean;
}

/** A media node in another process. While it cannot be reached, requests fail at once with `Unavailable`. */
export interface RemoteMedia extends MediaPort {
  /** Resolves when the node has answered for the first time; rejects with `Unauthorized` where it refuses the secret. */
  ready(): Promise<void>;
  /** @returns the unsubscribe. */
  onLink(listener: (state: LinkState) => void): () => void;
}

/** The node may have done it, and its answer be lost. */
const mayBeDone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'Unavailable' || error.code === 'PayloadTooLarge');

const createRefusedError = (cause: unknown) =>
  new AppError('Unauthorized', 'The media node refuses the secret.', { cause });

class LinkedMedia implements RemoteMedia {
  readonly #log: Logger;
  readonly #keeper: LinkKeeper;
  readonly #joined = new JoinedPeers();
  /** Peers that are to be closed, and perhaps are not: the link went down before the node had said so. */
  readonly #unclosed = new Map<string, PeerRef>();
  readonly #listeners = new Set<(event: MediaEvent) => void>();
  readonly #linkListeners = new Set<(state: LinkState) => void>();
  readonly #ready = Promise.withResolvers<void>();
  #hello: MediaHello | undefined;
  #connected = false;
  #closed = false;

  constructor({ url, secret, ca, log, requestTimeoutMs = 5_000, random = Math.random }: RemoteMediaOptions) {
    this.#log = log;
    // Nobody need wait for it.
    this.#ready.promise.catch(() => {});
    this.#keeper = new LinkKeeper({
      address: { url, secret, ca, ownerId: randomUUID() },
      requestTimeoutMs,
      random,
      log,
      onUp: (hello) => this.#handleUp(hello),
      onEvent: (event) => this.#deliver(event),
      onDown: (end) => this.#handleDown(end),
    });
  }

  ready(): Promise<void> {
    return this.#ready.promise;
  }

  onLink(listener: (state: LinkState) => void): () => void {
    this.#linkListeners.add(listener);
    return () => this.#linkListeners.delete(listener);
  }

  subscribe(listener: (event: MediaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  request<T extends MediaRequestType>(
    type: T,
    payload: MediaRequestPayload<T>,
  ): Promise<MediaRequestResult<T>>;
  async request(type: MediaRequestType, payload: unknown): Promise<unknown> {
    switch (type) {
      case 'media.getCapabilities':
        return this.#describe();
      case 'media.joinRoom':
        return this.#join(payload as MediaRequestPayload<'media.joinRoom'>);
      case 'media.closePeer':
        return this.#closePeer(payload as PeerRef);
      default:
        return this.#send(type, payload as MediaRequestPayload<typeof type>);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.clear();
    this.#keeper.close();
    this.#linkListeners.clear();
    this.#ready.reject(createDownError());
  }

  async #send<T extends MediaRequestType>(
    type: T,
    payload: MediaRequestPayload<T>,
  ): Promise<MediaRequestResult<T>> {
    if (this.#closed) throw new AppError('Unavailable', 'The media server is stopping.');
    const link = this.#keeper.current;
    if (!link) throw createDownError();
    return link.request(type, payload);
  }

  async #describe(): Promise<MediaRequestResult<'media.getCapabilities'>> {
    if (!this.#hello || !this.#keeper.current) throw createDownError();
    return { routerRtpCapabilities: this.#hello.routerRtpCapabilities };
  }

  async #join(payload: MediaRequestPayload<'media.joinRoom'>): Promise<MediaRequestResult<'media.joinRoom'>> {
    const wasSent = this.#keeper.current !== undefined;
    this.#unclosed.delete(keyOf(payload));
    try {
      const joined = await this.#send('media.joinRoom', payload);
      this.#joined.add(payload, joined.consumers);
      return joined;
    } catch (error) {
      // Its answer may be lost, and the peer be there: nobody would ever close it.
      if (wasSent && mayBeDone(error)) this.#closeInBackground(payload);
      throw error;
    }
  }

  async #closePeer({ roomId, peerId }: PeerRef): Promise<MediaRequestResult<'media.closePeer'>> {
    const ref = { roomId, peerId };
    this.#joined.delete(ref);
    try {
      return await this.#send('media.closePeer', ref);
    } catch (error) {
      if (mayBeDone(error)) this.#unclosed.set(keyOf(ref), ref);
      throw error;
    }
  }

  #closeInBackground(ref: PeerRef): void {
    this.#closePeer(ref).catch((error: unknown) =>
      this.#log.debug({ err: error, peerId: ref.peerId }, 'peer not closed yet'),
    );
  }

  #handleUp(hello: MediaHello): void {
    const isFirst = this.#hello === undefined;
    const isNewNode = !isFirst && this.#hello?.nodeId !== hello.nodeId;
    this.#hello = hello;
    this.#ready.resolve();
    const unclosed = [...this.#unclosed.values()];
    this.#unclosed.clear();
    if (!isFirst) {
      this.#deliver({ type: 'media.workersChanged', payload: hello.workers });
      if (isNewNode) for (const event of toPeersLost(this.#joined.all)) this.#deliver(event);
      else {
        for (const ref of unclosed) this.#closeInBackground(ref);
        for (const peer of this.#joined.all) this.#catchUp(peer);
      }
    }
    this.#connected = true;
    this.#tellLink({ connected: true, nodeId: hello.nodeId, isNewNode });
  }

  #handleDown({ wasRefused, error }: LinkEnd): void {
    if (wasRefused) this.#ready.reject(createRefusedError(error));
    if (!this.#connected) return;
    this.#connected = false;
    this.#tellLink({ connected: false, nodeId: this.#hello?.nodeId ?? null, isNewNode: false });
  }

  /** What happened to a peer while nobody told: its media is gone, or others began and ceased to send. */
  #catchUp(peer: JoinedPeer): void {
    const { roomId, peerId } = peer;
    const apply = (toEvents: () => MediaEvent[]) =>
      // In the queue of events, so that it builds on those that came before the answer.
      setImmediate(() => {
        if (this.#joined.holds(peer)) for (const event of toEvents()) this.#emit(event);
      });
    this.#send('media.getConsumers', { roomId, peerId }).then(
      ({ consumers }) => apply(() => toMissedEvents(peer, consumers)),
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'NotFound') return apply(() => toPeersLost([peer]));
        // Where the link has ended again, the next one catches up.
        this.#log.debug({ err: error, roomId, peerId }, 'not caught up');
        return undefined;
      },
    );
  }

  /** In a later turn: after the answers that came before it, which are resolved in this one. */
  #deliver(event: MediaEvent): void {
    setImmediate(() => this.#emit(event));
  }

  #emit(event: MediaEvent): void {
    if (!this.#joined.note(event)) return;
    for (const listener of this.#listeners) listener(event);
  }

  #tellLink(state: LinkState): void {
    for (const listener of this.#linkListeners) listener(state);
  }
}

/** Opens a link to a media node and keeps it; the first attempt begins at once. */
export const createRemoteMedia = (options: RemoteMediaOptions): RemoteMedia => new LinkedMedia(options);
