import type { Readable } from 'node:stream';

/** A whole file on this machine's disk, about to be stored. */
export interface FinishedFile {
  path: string;
  sizeBytes: number;
}

export interface StoredFile {
  key: string;
  modifiedAt: Date;
}

/** From the first byte to the last one, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Where the bytes of files are kept, by keys of ours. A file never changes once it is there. A call that is given up by its
 * signal rejects, and may have done its work or not.
 */
export interface FileStorage {
  /** The file is there whole, and stays after a power cut, or it is not there at all. The given one may be gone after it. */
  put(key: string, file: FinishedFile, giveUp?: AbortSignal): Promise<void>;
  /** Undefined where there is none. */
  read(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** One that is not there is no failure. */
  delete(key: string, giveUp?: AbortSignal): Promise<void>;
  /** All there are, a batch at a time, in no order. */
  list(giveUp?: AbortSignal): AsyncIterable<StoredFile[]>;
  /** Rejects where it cannot be used now. */
  probe(): Promise<void>;
}

const thumbnailSuffix = '.thumbnail';

/** The files of one attachment. */
export const keysOf = (id: string) => ({ file: id, thumbnail: `${id}${thumbnailSuffix}` });

const key = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.thumbnail)?$/;

/** Which attachment a file belongs to; undefined for a file that is none of ours. */
export const attachmentIdOf = (name: string): string | undefined => key.exec(name)?.[1];
