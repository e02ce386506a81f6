/** What a process that holds sockets is asked; one request at a time. */
export type HolderRequest =
  | { type: 'open'; url: string; tokens: string[]; roomSlug?: string }
  | { type: 'take'; count: number }
  | { type: 'close' };

export interface Arrivals {
  /** Milliseconds from sending to arrival, of each message at each socket. */
  latenciesMs: Float64Array;
}

export type HolderReply =
  | { type: 'done' }
  | ({ type: 'arrivals' } & Arrivals)
  | { type: 'failed'; message: string };

const MARK = 'sent at ';
const MARK_BYTES = Buffer.from(MARK);

/** The text of a chat message that says when it was sent, as long as people's messages are. */
export const stampedText = (sentAtUs: number, length: number): string =>
  `${MARK}${sentAtUs.toFixed(0)} `.padEnd(length, '.');

/** When the chat message in these bytes was sent; undefined where they are something else. */
export const readStamp = (payload: Buffer): number | undefined => {
  const at = payload.indexOf(MARK_BYTES);
  if (at < 0) return undefined;
  const start = at + MARK_BYTES.length;
  return Number(payload.toString('latin1', start, payload.indexOf(' ', start)));
};
