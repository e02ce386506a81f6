import type { Inspector } from './inspector.ts';

/** Memory of the server's process with so many sockets, after garbage collection. */
export interface Reading {
  sockets: number;
  rssBytes: number;
  heapUsedBytes: number;
  /** Memory of objects outside the heap, buffers for the most part. */
  externalBytes: number;
}

const SETTLED_BYTES = 32 * 1024;
const MOST_COLLECTIONS = 20;

/** Collects garbage until there is none: what one collection frees lets the next one free more. */
export const readSettled = async (inspector: Inspector, sockets: number): Promise<Reading> => {
  let before = Number.POSITIVE_INFINITY;
  for (let collections = 1; ; collections += 1) {
    await inspector.collectGarbage();
    const { rss, heapUsed, external } = await inspector.memoryUsage();
    if (Math.abs(before - heapUsed) < SETTLED_BYTES || collections === MOST_COLLECTIONS) {
      return { sockets, rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external };
    }
    before = heapUsed;
  }
};

/** Bytes for each further socket, between two readings. */
export const bytesPerSocket = (from: Reading, to: Reading) => {
  const sockets = to.sockets - from.sockets;
  return {
    rssBytes: (to.rssBytes - from.rssBytes) / sockets,
    heapUsedBytes: (to.heapUsedBytes - from.heapUsedBytes) / sockets,
    externalBytes: (to.externalBytes - from.externalBytes) / sockets,
  };
};
