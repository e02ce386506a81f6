export interface FailedTries {
  /** False where the address has failed too often of late. */
  mayTry(address: string): boolean;
  count(address: string): void;
}

/** Addresses that are remembered at once; the one that failed longest ago is forgotten first. */
const maxAddresses = 10_000;

/** Wrong secrets of an address: so many at once, and as many a minute on the long run. A right one costs nothing. */
export const createFailedTries = (
  perMinute: number,
  now: () => number = () => performance.now(),
): FailedTries => {
  const buckets = new Map<string, { tokens: number; updatedAt: number }>();
  const tokensOf = (address: string): number => {
    const bucket = buckets.get(address);
    if (!bucket) return perMinute;
    return Math.min(perMinute, bucket.tokens + ((now() - bucket.updatedAt) / 60_000) * perMinute);
  };
  return {
    mayTry: (address) => tokensOf(address) >= 1,
    count: (address) => {
      const tokens = tokensOf(address) - 1;
      // Re-inserted, the map's order is that of the last failure.
      buckets.delete(address);
      buckets.set(address, { tokens, updatedAt: now() });
      if (buckets.size <= maxAddresses) return;
      const oldest = buckets.keys().next().value;
      if (oldest !== undefined) buckets.delete(oldest);
    },
  };
};
