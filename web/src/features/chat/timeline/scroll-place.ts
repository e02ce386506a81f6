import type { TimelineMessage } from '@boltorezka/sdk';

/** Closer to the end than this counts as reading the end. */
const endZonePx = 48;

/** Closer to the start than this, what is older is fetched; and closer to the end, what is newer. */
const startZonePx = 900;

export interface Box {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
  /** So much higher than in the box itself the rows are drawn, for now; negative: lower. */
  raisedPx: number;
  /** Nobody gets any further down now, though rows that are drawn lower may end below. */
  isLowest: boolean;
}

/** Where the reader is. */
export interface Place {
  atEnd: boolean;
  fromEndPx: number;
  /** The measures the distance was taken at: where they differ, the page has moved and not the reader. */
  measures: Measures;
}

type Measures = Pick<Box, 'scrollHeight' | 'clientHeight' | 'raisedPx'>;

export const measuresOf = ({ scrollHeight, clientHeight, raisedPx }: Box): Measures => ({
  scrollHeight,
  clientHeight,
  raisedPx,
});

export const atTheEnd: Readonly<Place> = {
  atEnd: true,
  fromEndPx: 0,
  measures: { scrollHeight: 0, clientHeight: 0, raisedPx: 0 },
};

/** @param wasAtEnd whoever was there is there still where nobody gets any further; who was not, is only where it is in view. */
export const placeOf = (box: Box, wasAtEnd: boolean): Place => {
  const belowPx = Math.max(0, box.scrollHeight - box.clientHeight - box.scrollTop);
  const fromEndPx = wasAtEnd && box.isLowest ? 0 : belowPx;
  return { atEnd: fromEndPx <= endZonePx, fromEndPx, measures: measuresOf(box) };
};

export const isResized = ({ measures }: Place, box: Box): boolean =>
  measures.scrollHeight !== box.scrollHeight ||
  measures.clientHeight !== box.clientHeight ||
  measures.raisedPx !== box.raisedPx;

export const isNearStart = ({ scrollTop, scrollHeight, clientHeight }: Box): boolean =>
  scrollTop < startZonePx && scrollHeight > clientHeight;

export const isNearEnd = ({ scrollTop, scrollHeight, clientHeight }: Box): boolean =>
  scrollHeight - clientHeight - scrollTop < startZonePx;

/** What was known of the conversation when it was last drawn. */
export interface Drawn {
  lastKey: string | undefined;
  newestSeq: number;
}

export const nothingDrawn: Readonly<Drawn> = { lastKey: undefined, newestSeq: 0 };

export const drawnOf = (messages: readonly TimelineMessage[]): Drawn => ({
  lastKey: messages.at(-1)?.key,
  newestSeq: messages.findLast(({ seq }) => seq !== null)?.seq ?? 0,
});

/** How many came in below that the reader has not written. */
export const countNewer = ({ newestSeq }: Drawn, messages: readonly TimelineMessage[]): number =>
  messages.filter(({ seq }) => seq !== null && seq > newestSeq).length;

/** True where the reader has just written something. */
export const hasJustWritten = ({ lastKey }: Drawn, messages: readonly TimelineMessage[]): boolean => {
  const last = messages.at(-1);
  return last !== undefined && last.key !== lastKey && last.seq === null;
};
