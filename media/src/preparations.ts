import { limits } from '@boltorezka/protocol';
import type { PeerTransports } from './peer.ts';

interface Waiting {
  transports: PeerTransports;
  timer: NodeJS.Timeout;
}

/** Transports of people who may join: connected already, and nobody's yet. Each waits for a minute at most. */
export class Preparations {
  readonly #waiting = new Map<string, Waiting>();
  readonly #onExpired: (peerId: string) => void;

  constructor(onExpired: (peerId: string) => void) {
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Takes the place of what that peer has prepared before. */
  add(peerId: string, transports: PeerTransports): void {
    this.drop(peerId);
    const timer = setTimeout(() => {
      this.drop(peerId);
      this.#onExpired(peerId);
    }, limits.preparationMs);
    this.#waiting.set(peerId, { transports, timer });
  }

  /** Hands them over; from then on they are the caller's to close. Nothing where they have ended meanwhile. */
  take(peerId: string): PeerTransports | undefined {
    const waiting = this.#waiting.get(peerId);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(peerId);
    const { transports } = waiting;
    return transports.send.closed || transports.recv.closed ? undefined : transports;
  }

  drop(peerId: string): void {
    const transports = this.take(peerId);
    transports?.send.close();
    transports?.recv.close();
  }

  close(): void {
    for (const peerId of [...this.#waiting.keys()]) this.drop(peerId);
  }
}
