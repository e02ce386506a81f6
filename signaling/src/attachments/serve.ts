import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@boltorezka/protocol';
import { create as contentDisposition } from 'content-disposition';
import { parse as parseRange } from 'range-parser';
import type { BinaryAnswer } from '../http/binary.ts';
import { mayBeInline, unknownType } from './policy.ts';
import type { ByteRange, FileStorage } from './storage.ts';

/** A file that somebody may have. */
export interface ServedFile {
  key: string;
  name: string;
  mediaType: string;
  /** Undefined where it is not known; then no part of it can be asked for. */
  sizeBytes: number | undefined;
  /** Everybody may have it who knows its id, for as long as they like. */
  isImmutable?: boolean;
}

export const noSuchAttachment = (): AppError =>
  new AppError('NotFound', 'There is no such file, or it is not yours to read.');

/**
 * Whoever opens the address itself gets a document without an origin: no script, no form, nothing loaded. Caches ask each
 * time, for it may not be the reader's any more. What stays everybody's is not asked for again, nor with another token: a
 * browser's own cache keeps it, and no other.
 */
const headersOf = ({ key, name, mediaType, isImmutable = false }: ServedFile): Record<string, string> => {
  const isInline = mayBeInline(mediaType);
  return {
    'content-type': isInline ? mediaType : unknownType,
    'content-disposition': contentDisposition(name, { type: isInline ? 'inline' : 'attachment' }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    ...(isImmutable
      ? { 'cache-control': 'private, max-age=31536000, immutable' }
      : { 'cache-control': 'private, no-cache', vary: 'authorization' }),
    etag: `"${key}"`,
  };
};

/** RFC 9110, 13.1.2: the weak comparison. */
const isKnown = (etag: string, ifNoneMatch: string | undefined): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

/** A bit of what `range-parser` answers. */
const invalidRange = 1;

type Wanted = ByteRange | 'whole' | 'unsatisfiable';

/** One part at most: who asks for several gets the whole, as RFC 9110 (14.2) allows. */
const wantedOf = (headers: IncomingHttpHeaders, sizeBytes: number | undefined, etag: string): Wanted => {
  const { range } = headers;
  const ifRange = headers['if-range'];
  if (range === undefined || sizeBytes === undefined) return 'whole';
  if (ifRange !== undefined && ifRange !== etag) return 'whole';
  const { code, type, ranges } = parseRange(sizeBytes, range);
  // What cannot be understood is as if it were not there.
  if (type !== 'bytes' || (code & invalidRange) !== 0) return 'whole';
  if (ranges.length === 0) return 'unsatisfiable';
  const [only, ...others] = ranges;
  return only && others.length === 0 ? { start: only.start, end: only.end } : 'whole';
};

/** @throws AppError `NotFound` where the file is not in the storage. */
export const serveFile = async (
  storage: FileStorage,
  file: ServedFile,
  asked: IncomingHttpHeaders,
): Promise<BinaryAnswer> => {
  const { sizeBytes } = file;
  const headers = headersOf(file);
  const etag = headers.etag ?? '';
  if (isKnown(etag, asked['if-none-match'])) return { status: 304, headers };
  const wanted = wantedOf(asked, sizeBytes, etag);
  if (wanted === 'unsatisfiable')
    return { status: 416, headers: { 'content-range': `bytes */${sizeBytes}` } };
  const body = await storage.read(file.key, wanted === 'whole' ? undefined : wanted);
  if (!body) throw noSuchAttachment();
  if (sizeBytes === undefined) return { status: 200, headers, body };
  const accepting = { ...headers, 'accept-ranges': 'bytes' };
  if (wanted === 'whole')
    return { status: 200, headers: { ...accepting, 'content-length': String(sizeBytes) }, body };
  const part = {
    'content-length': String(wanted.end - wanted.start + 1),
    'content-range': `bytes ${wanted.start}-${wanted.end}/${sizeBytes}`,
  };
  return { status: 206, headers: { ...accepting, ...part }, body };
};
