import { AppError } from '@boltorezka/protocol';

/** Where a page of a list ends: the time of its last entry, in microseconds since 1970, and that entry's id. */
export interface TimeCursor {
  atUs: string;
  id: string;
}

/** A page, and where it ends; null where nothing follows. */
export interface Page<T> {
  entries: T[];
  nextCursor: string | null;
}

const createCursorError = () =>
  new AppError('ValidationError', 'cursor: Use the next_cursor of an earlier page', {
    issues: [{ path: ['cursor'], message: 'Use the next_cursor of an earlier page', code: 'invalid_format' }],
  });

/** @throws AppError `ValidationError` for what is no cursor of ours. */
export const parseTimeCursor = (cursor: string | undefined): TimeCursor | undefined => {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,16})\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(cursor);
  if (!match) throw createCursorError();
  return { atUs: match[1] as string, id: match[2] as string };
};

export const toTimeCursor = ({ atUs, id }: TimeCursor): string => `${atUs}.${id}`;

/** Where a page of what is in rooms ends: the room of its last entry, and that entry's position there. */
export interface RoomCursor {
  roomId: string;
  seq: string;
}

/** @throws AppError `ValidationError` for what is no cursor of ours. */
export const parseRoomCursor = (cursor: string): RoomCursor => {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,15})$/.exec(cursor);
  if (!match) throw createCursorError();
  return { roomId: match[1] as string, seq: match[2] as string };
};

/** @throws AppError `ValidationError` for what is no cursor of ours. */
export const parseNumberCursor = (cursor: string | undefined): string | undefined => {
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw createCursorError();
  return cursor;
};

/** Of one row more than was asked for: the page, and whether there is another. */
export const toPage = <T>(rows: T[], limit: number, cursorOf: (row: T) => string): Page<T> => {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, nextCursor: rows.length > limit && last ? cursorOf(last) : null };
};
