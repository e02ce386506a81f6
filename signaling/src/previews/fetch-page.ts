import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Destination, type DestinationRules, destinationOf, NoPageError } from './destination.ts';

/** What is asked for, and which of the types that a server may name is read. */
export interface Wanted {
  accept: string;
  mayBe: (type: string) => boolean;
}

const pages: Wanted = {
  accept: 'text/html,application/xhtml+xml',
  mayBe: (type) => type === 'text/html' || type === 'application/xhtml+xml',
};

export interface FetchPageOptions extends DestinationRules {
  /** For all of it: names, redirects, and the page. */
  timeoutMs: number;
  /** Of the page as it came, and of the page unpacked. */
  maxBytes: number;
  /** Left out, a page. */
  wanted?: Wanted;
}

/** A page, chunk by chunk, to be read once and at once. */
export interface Page {
  /** After redirects. */
  url: URL;
  /** What the header names; undefined where it names none. */
  charset: string | undefined;
  body: AsyncIterable<Buffer>;
}

const maxRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const userAgent = 'Boltorezka (link previews)';

/** The connection goes to the address that was checked: between the check and it, no name is asked for. */
const open = (destination: Destination, accept: string, signal: AbortSignal): ClientRequest => {
  const { url, address, port, serverName } = destination;
  const isTls = url.protocol === 'https:';
  return (isTls ? httpsRequest : httpRequest)({
    host: address,
    port,
    path: `${url.pathname}${url.search}`,
    method: 'GET',
    agent: false,
    signal,
    ...(isTls && serverName !== undefined ? { servername: serverName } : {}),
    headers: {
      host: url.host,
      'user-agent': userAgent,
      accept,
      'accept-encoding': 'identity',
      'accept-language': 'en,ru;q=0.9',
      connection: 'close',
    },
  });
};

const responseOf = (
  destination: Destination,
  { isPublic, wanted = pages }: FetchPageOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = open(destination, wanted.accept, signal);
  request.on('error', reject);
  request.on('response', (response) => {
    // Once more, of the connection as it is.
    if (isPublic(response.socket.remoteAddress ?? '')) resolve(response);
    else request.destroy(new NoPageError('not a public address'));
  });
  request.end();
  return promise;
};

/** Of what is packed, no more than of what is not. */
const createCap = (maxBytes: number): Transform => {
  let left = maxBytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new NoPageError('too large'));
      else done(null, chunk);
    },
  });
};

const createUnpacker = (encoding: string): Transform => {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new NoPageError('an encoding that nobody asked for');
  }
};

/** Unpacked a piece at a time, as far as it is read: what is packed a thousandfold is not unpacked. */
const bodyOf = async function* (response: IncomingMessage, maxBytes: number): AsyncIterable<Buffer> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  let source: AsyncIterable<Buffer> = response;
  if (encoding !== 'identity') {
    const unpacker = createUnpacker(encoding);
    // Its failure is met by whoever reads.
    pipeline(response, createCap(maxBytes), unpacker, () => undefined);
    source = unpacker;
  }
  let left = maxBytes;
  try {
    for await (const chunk of source) {
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) return;
    }
  } finally {
    response.destroy();
  }
};

const charsetOf = (contentType: string): string | undefined =>
  /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType)?.[1];

const toPage = (
  response: IncomingMessage,
  url: URL,
  { maxBytes, wanted = pages }: FetchPageOptions,
): Page => {
  const contentType = response.headers['content-type'] ?? '';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (response.statusCode !== 200) throw new NoPageError(`status ${response.statusCode}`);
  if (!wanted.mayBe(type)) throw new NoPageError('not what was asked for');
  return { url, charset: charsetOf(contentType), body: bodyOf(response, maxBytes) };
};

const redirectOf = ({ statusCode, headers }: IncomingMessage, from: URL): URL | undefined => {
  if (!redirects.has(statusCode ?? 0)) return undefined;
  const { location } = headers;
  if (location === undefined || !URL.canParse(location, from.href)) throw new NoPageError('leads nowhere');
  return new URL(location, from);
};

const follow = async (link: string, options: FetchPageOptions, signal: AbortSignal) => {
  let url = new URL(link);
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const destination = await destinationOf(url, options);
    signal.throwIfAborted();
    const response = await responseOf(destination, options, signal);
    try {
      const next = redirectOf(response, url);
      if (!next) return { page: toPage(response, url, options), response };
      url = next;
      response.destroy();
    } catch (error) {
      response.destroy();
      throw error;
    }
  }
  throw new NoPageError('too many redirects');
};

/** Rejects where the signal does: a name server that hangs is waited for no longer than anything else. */
const within = <T>(signal: AbortSignal, task: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new NoPageError('it takes too long'));
  signal.addEventListener('abort', stop, { once: true });
  task.catch(() => undefined);
  return Promise.race([task, promise]).finally(() => signal.removeEventListener('abort', stop));
};

/**
 * Asks the web for a page that somebody has named, and gives it to `read`. Nothing inside is reached: each address is checked,
 * that of each redirect as well, and the connection goes to the one that was checked.
 * @param closing ends it before its time.
 * @throws NoPageError, or what the network says.
 */
export const fetchPage = async <T>(
  link: string,
  options: FetchPageOptions,
  { read, closing }: { read: (page: Page) => Promise<T>; closing?: AbortSignal },
): Promise<T> => {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = closing ? AbortSignal.any([timeout, closing]) : timeout;
  const run = async () => {
    const { page, response } = await follow(link, options, signal);
    try {
      return await read(page);
    } finally {
      response.destroy();
    }
  };
  return within(signal, run());
};
