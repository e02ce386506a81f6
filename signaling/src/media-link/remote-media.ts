import {
  AppError,
  type MediaEvent,
  type MediaHello,
  type MediaPeer,
  type MediaRequestPayload,
  type MediaRequestResult,
  type MediaRequestType,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import { ArrivalOrder } from './arrival-order.ts';
import { createDownError, type LinkEnd } from './link.ts';
import { LinkKeeper } from './link-keeper.ts';
import { keyOf, NodePeers, type PeerRef, toMissedEvents, toPeersLost } from './node-peers.ts';
import type { LinkState, RemoteMedia, RemoteMediaOptions } from './remote-media-types.ts';

/** The node may have done it, and its answer be lost. */
const mayBeDone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'Unavailable' || error.code === 'PayloadTooLarge');

const createRefusedError = (cause: unknown) =>
  new AppError('Unauthorized', 'The media node refuses the secret.', { cause });

class LinkedMedia implements RemoteMedia {
  readonly #log: Logger;
  readonly #keeper: LinkKeeper;
  readonly #ownerId: string;
  readonly #peers = new NodePeers();
  readonly #order = new ArrivalOrder();
  /** Those whom a new link has told of, until it has told of all. */
  #told: Set<string> | undefined = new Set();
  /** Peers that are to be closed, and perhaps are not: the link went down before the node had said so. */
  readonly #unclosed = new Map<string, MediaRequestPayload<'media.closePeer'>>();
  readonly #listeners = new Set<(event: MediaEvent) => void>();
  readonly #linkListeners = new Set<(state: LinkState) => void>();
  readonly #ready = Promise.withResolvers<void>();
  #hello: MediaHello | undefined;
  #connected = false;
  #closed = false;

  constructor(options: RemoteMediaOptions) {
    const { log, requestTimeoutMs = 5_000, random = Math.random, onUnreachable, ...address } = options;
    this.#log = log;
    this.#ownerId = address.ownerId;
    // Nobody need wait for it.
    this.#ready.promise.catch(() => {});
    this.#keeper = new LinkKeeper({
      address,
      requestTimeoutMs,
      random,
      order: this.#order,
      log,
      onUp: (hello) => this.#handleUp(hello),
      onEvent: (event) => this.#receive(event),
      onDown: (end) => {
        this.#handleDown(end);
        onUnreachable?.(end);
      },
    });
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  holds(peer: PeerRef): boolean {
    return this.#peers.holds(peer);
  }

  holdsRoom(roomId: string): boolean {
    return this.#peers.holdsRoom(roomId);
  }

  abandon(): void {
    if (this.#closed) return;
    for (const event of toPeersLost(this.#peers.all, 'nodeLost')) this.#emit(event);
    this.#closeNow();
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
      case 'media.getPeers':
        // As the events have told: an answer of the node could overtake them.
        return { peers: this.#peers.all };
      case 'media.joinRoom':
        return this.#join(payload as MediaRequestPayload<'media.joinRoom'>);
      case 'media.getConsumers':
        return this.#readConsumers(payload as PeerRef);
      case 'media.closePeer':
        return this.#closePeer(payload as MediaRequestPayload<typeof type>);
      default:
        return this.#send(type, payload as MediaRequestPayload<typeof type>);
    }
  }

  async close(): Promise<void> {
    this.#closeNow();
  }

  #closeNow(): void {
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
      const { roomId, peerId, appData } = payload;
      this.#peers.add({ roomId, peerId, appData, attended: true, isSpeaking: false }, joined.consumers);
      return joined;
    } catch (error) {
      // Its answer may be lost, and the peer be there: nobody would ever close it.
      if (wasSent && mayBeDone(error)) this.#closeInBackground(payload);
      throw error;
    }
  }

  /** Whoever is answered knows them: what is told from then on builds on the answer. */
  async #readConsumers(peer: PeerRef): Promise<MediaRequestResult<'media.getConsumers'>> {
    const answer = await this.#send('media.getConsumers', peer);
    this.#peers.noteConsumers(peer, answer.consumers);
    return answer;
  }

  async #closePeer(
    peer: MediaRequestPayload<'media.closePeer'>,
  ): Promise<MediaRequestResult<'media.closePeer'>> {
    this.#peers.delete(peer);
    try {
      return await this.#send('media.closePeer', peer);
    } catch (error) {
      if (mayBeDone(error)) this.#unclosed.set(keyOf(peer), peer);
      throw error;
    }
  }

  #closeInBackground({ roomId, peerId, reason }: MediaRequestPayload<'media.closePeer'>): void {
    this.#closePeer({ roomId, peerId, reason }).catch((error: unknown) =>
      this.#log.debug({ err: error, peerId }, 'peer not closed yet'),
    );
  }

  #receive(event: MediaEvent): void {
    if (event.type === 'media.peerChanged') this.#told?.add(keyOf(event.payload));
    this.#order.event(() => this.#emit(event));
  }

  #handleUp(hello: MediaHello): void {
    const isFirst = this.#hello === undefined;
    const isNewNode = !isFirst && this.#hello?.nodeId !== hello.nodeId;
    this.#hello = hello;
    const told = this.#told ?? new Set();
    this.#told = undefined;
    const unclosed = [...this.#unclosed.values()];
    this.#unclosed.clear();
    // After the events that told who is there.
    this.#order.event(() => {
      if (!isFirst) {
        this.#emit({ type: 'media.workersChanged', payload: hello.workers });
        this.#tellMissing(told, isNewNode);
        if (!isNewNode) for (const ref of unclosed) this.#closeInBackground(ref);
        for (const peer of this.#peers.all) if (this.#isOurs(peer)) this.#catchUp(peer);
      }
      this.#connected = true;
      this.#ready.resolve();
      this.#tellLink({ connected: true, nodeId: hello.nodeId, isNewNode });
    });
  }

  #isOurs({ appData }: MediaPeer): boolean {
    return appData.ownerId === this.#ownerId;
  }

  /** Whom the node no longer knows: our own must come again, others have left or will. */
  #tellMissing(told: ReadonlySet<string>, isNewNode: boolean): void {
    const missing = this.#peers.all.filter((peer) => !told.has(keyOf(peer)));
    const isLost = (peer: MediaPeer) => isNewNode || this.#isOurs(peer);
    const reason = isNewNode ? 'nodeLost' : 'workerDied';
    for (const event of toPeersLost(missing.filter(isLost), reason)) this.#emit(event);
    for (const { roomId, peerId } of missing.filter((peer) => !isLost(peer)))
      this.#emit({ type: 'media.peerLeft', payload: { roomId, peerId, reason: 'removed' } });
  }

  #handleDown({ wasRefused, error }: LinkEnd): void {
    this.#told = new Set();
    if (wasRefused) this.#ready.reject(createRefusedError(error));
    if (!this.#connected) return;
    this.#connected = false;
    this.#tellLink({ connected: false, nodeId: this.#hello?.nodeId ?? null, isNewNode: false });
  }

  /** What happened to a peer while nobody told: its media is gone, or others began and ceased to send. */
  #catchUp({ roomId, peerId }: PeerRef): void {
    const ref = { roomId, peerId };
    const toldIds = this.#peers.consumerIdsOf(ref);
    const apply = (toEvents: (ids: ReadonlySet<string>) => MediaEvent[]) =>
      // In the queue of events, so that it builds on those that came before the answer.
      this.#order.event(() => {
        // Closed, lost, or joined anew meanwhile.
        if (!toldIds || this.#peers.consumerIdsOf(ref) !== toldIds) return;
        for (const event of toEvents(toldIds)) this.#emit(event);
      });
    this.#send('media.getConsumers', ref).then(
      ({ consumers }) => apply((ids) => toMissedEvents(ref, ids, consumers)),
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'NotFound')
          return apply(() => toPeersLost([ref], 'workerDied'));
        // Where the link has ended again, the next one catches up.
        this.#log.debug({ err: error, ...ref }, 'not caught up');
        return undefined;
      },
    );
  }

  #emit(event: MediaEvent): void {
    if (!this.#peers.note(event)) return;
    for (const listener of this.#listeners) listener(event);
  }

  #tellLink(state: LinkState): void {
    for (const listener of this.#linkListeners) listener(state);
  }
}

/** Opens a link to a media node and keeps it; the first attempt begins at once. */
export const createRemoteMedia = (options: RemoteMediaOptions): RemoteMedia => new LinkedMedia(options);
