/** How rows come into the database: as the product writes them; by the same code, each in a transaction of its own; bare. */
export type WayOfWriting = 'in groups' | 'one a commit' | 'bare, one writer' | 'bare, ten writers';

export interface WriterRequest {
  way: WayOfWriting;
  forMs: number;
}

export interface WriterReply {
  rows: number;
  tookMs: number;
  /** Transactions that wrote them. */
  commits: number;
}
