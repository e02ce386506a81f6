import { createHash } from 'node:crypto';

/**
 * The candidates in an order of preference that every process finds alike without asking another, and that changes as
 * little as can be when a candidate comes or goes (rendezvous hashing: Thaler and Ravishankar, 1998).
 */
export const rankByRendezvous = (key: string, candidates: readonly string[]): string[] => {
  const weights = new Map(
    candidates.map((candidate) => [
      candidate,
      createHash('sha256').update(`${key} ${candidate}`).digest('hex'),
    ]),
  );
  return [...candidates].sort((a, b) => ((weights.get(a) ?? '') < (weights.get(b) ?? '') ? -1 : 1));
};
