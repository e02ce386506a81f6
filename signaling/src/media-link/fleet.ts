import {
  AppError,
  type MediaEvent,
  type MediaNodeRecord,
  type MediaPort,
  type MediaRequestPayload,
  type MediaRequestResult,
  type MediaRequestType,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import { createDownError, type LinkEnd } from './link.ts';
import type { PeerRef } from './node-peers.ts';
import { type FleetDirectory, placeRoom } from './placement.ts';
import type { RemoteMedia } from './remote-media-types.ts';

export interface FleetOptions {
  directory: FleetDirectory;
  openNode: (record: MediaNodeRecord, onUnreachable: (end: LinkEnd) => void) => RemoteMedia;
  /** Without the directory a node is taken for dead when it could not be reached for so long. */
  lonelyDeathMs?: number;
  log: Logger;
}

interface FleetNode {
  readonly id: string;
  record: MediaNodeRecord;
  readonly remote: RemoteMedia;
  workers: { running: number; total: number };
  /** Its record is in the directory. */
  isListed: boolean;
  /** A link to it has stood. */
  wasReached: boolean;
  deathTimer: NodeJS.Timeout | undefined;
}

/** A node that has just been found is waited for, rather than somebody turned away. */
const linkWaitMs = 2_000;
const defaultLonelyDeathMs = 10_000;

/** A node that is listed so long after it was taken for dead is not: its record would have lapsed. */
const mistakeAfterMs = 3_000;

/** The process behind the address is gone, or another has its place: nothing of the node is left. */
const isDeadFor = ({ error, isAnotherNode }: LinkEnd): boolean =>
  isAnotherNode || (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED');

/**
 * Every media node there is, as one. A room is at the node that the directory says; a peer's requests go where the peer is.
 * A node that died is forgotten at once, so that its rooms are built anew on another.
 */
export class MediaFleet implements MediaPort {
  readonly #options: FleetOptions;
  readonly #nodes = new Map<string, FleetNode>();
  readonly #listeners = new Set<(event: MediaEvent) => void>();
  /** Those whose record may still be there. */
  readonly #buried = new Map<string, NodeJS.Timeout>();
  readonly #unfollow: () => void;
  /** Resolves when another node is found. */
  #added = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#unfollow = options.directory.onNodes((records) => this.#handleNodes(records));
    this.#handleNodes(options.directory.nodes());
  }

  /**
   * Resolves when a node is reached, and every other that is listed by then, or has had the time for it. A record may be that
   * of a node that has just died: the next ones are waited for.
   * @throws AppError `Unauthorized` where a node refuses the secret, and no other takes it.
   */
  async ready(): Promise<void> {
    let isReady = false;
    while (!isReady && !this.#closed)
      isReady = await Promise.race([this.#added.promise.then(() => false), this.#someReady()]);
    const reached = [...this.#nodes.values()].map(({ remote }) => remote.ready());
    const late = new Promise((resolve) => setTimeout(resolve, linkWaitMs));
    await Promise.race([Promise.allSettled(reached), late]);
  }

  /** Settles with the first node that is reached, or when one refuses us and no other is left; to be away is no answer. */
  #someReady(): Promise<true> {
    const { promise, resolve, reject } = Promise.withResolvers<true>();
    const reached = [...this.#nodes.values()].map(({ remote }) => remote.ready());
    Promise.any(reached).then(
      () => resolve(true),
      ({ errors }: AggregateError) => {
        const isRefusal = (error: unknown) => error instanceof AppError && error.code === 'Unauthorized';
        const refusal: unknown = errors.find(isRefusal);
        if (refusal) reject(refusal);
      },
    );
    return promise;
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
      case 'media.getStatus':
        return this.#readStatus();
      case 'media.getCapabilities':
        return this.#assertSomeNode().remote.request(type, {});
      case 'media.getPeers':
        return this.#readPeers();
      case 'media.joinRoom':
      case 'media.prepareTransports':
        return this.#enter(type, payload as MediaRequestPayload<typeof type>);
      default:
        return this.#ask(type, payload as MediaRequestPayload<typeof type>);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#added.resolve();
    this.#unfollow();
    this.#listeners.clear();
    for (const timer of this.#buried.values()) clearTimeout(timer);
    for (const { remote, deathTimer } of this.#nodes.values()) {
      clearTimeout(deathTimer);
      await remote.close();
    }
    this.#nodes.clear();
    await this.#options.directory.close();
  }

  get #reached(): FleetNode[] {
    return [...this.#nodes.values()].filter(({ remote }) => remote.isConnected);
  }

  #assertSomeNode(): FleetNode {
    const node = this.#reached[0];
    if (!node) throw createDownError();
    return node;
  }

  async #readStatus(): Promise<MediaRequestResult<'media.getStatus'>> {
    const asked = this.#reached.map(({ remote }) => remote.request('media.getStatus', {}));
    const answers = (await Promise.allSettled(asked)).flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
    return {
      workers: answers.flatMap(({ workers }) => workers),
      deadWorkers: answers.reduce((sum, { deadWorkers }) => sum + deadWorkers, 0),
    };
  }

  async #readPeers(): Promise<MediaRequestResult<'media.getPeers'>> {
    const asked = [...this.#nodes.values()].map(({ remote }) => remote.request('media.getPeers', {}));
    return { peers: (await Promise.all(asked)).flatMap(({ peers }) => peers) };
  }

  async #enter<T extends 'media.joinRoom' | 'media.prepareTransports'>(
    type: T,
    payload: MediaRequestPayload<T>,
  ): Promise<MediaRequestResult<T>> {
    const { nodeId, fence } = await placeRoom(this.#options, this.#reached, payload.roomId);
    const remote = await this.#reach(nodeId);
    return remote.request(type, { ...payload, fence });
  }

  async #reach(nodeId: string): Promise<RemoteMedia> {
    const node = this.#nodes.get(nodeId);
    if (!node) throw createDownError();
    if (!node.remote.isConnected) {
      const late = new Promise((resolve) => setTimeout(resolve, linkWaitMs).unref());
      await Promise.race([node.remote.ready(), late]);
    }
    return node.remote;
  }

  #ask<T extends MediaRequestType>(type: T, payload: MediaRequestPayload<T>): Promise<MediaRequestResult<T>> {
    const node = [...this.#nodes.values()].find(({ remote }) => remote.holds(payload as PeerRef));
    if (node) return node.remote.request(type, payload);
    if (type === 'media.closePeer')
      return this.#closeAnywhere(payload as PeerRef) as Promise<MediaRequestResult<T>>;
    return Promise.reject(new AppError('NotFound', 'No such peer in this room.'));
  }

  /** No node has told of it, and so it is closed, or was only prepared. */
  async #closeAnywhere(peer: PeerRef): Promise<MediaRequestResult<'media.closePeer'>> {
    await Promise.allSettled(this.#reached.map(({ remote }) => remote.request('media.closePeer', peer)));
    return {};
  }

  #handleNodes(records: MediaNodeRecord[]): void {
    if (this.#closed) return;
    const listed = new Map(records.map((record) => [record.nodeId, record]));
    for (const node of [...this.#nodes.values()]) {
      node.isListed = listed.has(node.id);
      node.record = listed.get(node.id) ?? node.record;
      if (!node.isListed && !node.remote.isConnected) this.#bury(node, 'its record and its link are gone');
    }
    const isNew = ({ nodeId }: MediaNodeRecord) => !this.#nodes.has(nodeId) && !this.#buried.has(nodeId);
    for (const record of records.filter(isNew)) this.#add(record);
  }

  #add(record: MediaNodeRecord): void {
    const { nodeId: id } = record;
    const remote = this.#options.openNode(record, (end) => this.#handleUnreachable(id, end));
    const workers = { running: 0, total: 0 };
    const node: FleetNode = {
      id,
      record,
      remote,
      workers,
      isListed: true,
      wasReached: false,
      deathTimer: undefined,
    };
    this.#nodes.set(id, node);
    this.#added.resolve();
    this.#added = Promise.withResolvers();
    remote.subscribe((event) => this.#handleEvent(node, event));
    remote.onLink(({ connected }) => {
      node.wasReached ||= connected;
      if (connected) clearTimeout(node.deathTimer);
      else if (!node.isListed) this.#bury(node, 'its record and its link are gone');
      else this.#doubt(node);
    });
  }

  #handleUnreachable(nodeId: string, end: LinkEnd): void {
    const node = this.#nodes.get(nodeId);
    if (!node || !isDeadFor(end)) return;
    this.#bury(node, 'nobody answers at its address');
    // Where no link has ever stood, the address may be wrong, or shut to us alone.
    if (!node.wasReached) return;
    this.#options.directory.forgetNode(nodeId).catch((error: unknown) => {
      this.#options.log.debug({ err: error, nodeId }, 'the record of a dead node stays until it lapses');
    });
  }

  /** While the directory cannot be asked, time alone tells. */
  #doubt(node: FleetNode): void {
    const { lonelyDeathMs = defaultLonelyDeathMs, directory } = this.#options;
    clearTimeout(node.deathTimer);
    node.deathTimer = setTimeout(() => {
      if (directory.isReachable) return this.#doubt(node);
      this.#bury(node, 'it could not be reached for long, and nobody knows more');
    }, lonelyDeathMs);
    node.deathTimer.unref();
  }

  #bury(node: FleetNode, why: string): void {
    if (!this.#nodes.delete(node.id)) return;
    clearTimeout(node.deathTimer);
    this.#options.log.warn(
      { nodeId: node.id, url: node.record.url },
      `a media node is taken for dead: ${why}`,
    );
    const lookAgain = () => {
      this.#buried.delete(node.id);
      this.#handleNodes(this.#options.directory.nodes());
    };
    this.#buried.set(node.id, setTimeout(lookAgain, mistakeAfterMs));
    // Tells whose media is gone, through the subscription.
    node.remote.abandon();
  }

  #handleEvent(node: FleetNode, event: MediaEvent): void {
    if (event.type === 'media.workersChanged') {
      node.workers = event.payload;
      const all = [...this.#nodes.values()].map(({ workers }) => workers);
      const running = all.reduce((sum, workers) => sum + workers.running, 0);
      const total = all.reduce((sum, workers) => sum + workers.total, 0);
      return this.#emit({ type: 'media.workersChanged', payload: { running, total } });
    }
    this.#emit(event);
  }

  #emit(event: MediaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
