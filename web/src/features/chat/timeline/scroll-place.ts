import type { TimelineMessage } from '@boltorezka/sdk';

/** Closer to the end than this counts as reading the end. */
const endZonePx = 48;

/** Closer to the start than this, what is older is fetched; and closer to the end, what is newer. */
const startZonePx = 900;

export interface Box {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

/** Where the reader is. */
export interface Place {
  atEnd: boolean;
  fromEndPx: number;
  /** The measures the distance was taken at: where they differ, the page has moved and not the reader. */
  scrollHeight: number;
  clientHeight: number;
}

export const atTheEnd: Readonly<Place> = { atEnd: true, fromEndPx: 0, scrollHeight: 0, clientHeight: 0 };

export const placeOf = ({ scrollTop, scrollHeight, clientHeight }: Box): Place => {
  const fromEndPx = Math.max(0, scrollHeight - clientHeight - scrollTop);
  return { atEnd: fromEndPx <= endZonePx, fromEndPx, scrollHeight, clientHeight };
};

export const isResized = (place: Place, box: Box): boolean =>
  place.scrollHeight !== box.scrollHeight || place.clientHeight !== box.clientHeight;

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
