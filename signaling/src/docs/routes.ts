import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { AppError } from '@boltorezka/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../platform/log.ts';
import { type ApiDocuments, readApiDocuments } from './documents.ts';
import { renderPage } from './page.ts';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** A text in every encoding that it is handed out in. */
interface Served {
  type: string;
  etag: string;
  bodies: { br: Buffer; gzip: Buffer; identity: Buffer };
}

const toServed = async (type: string, text: string): Promise<Served> => {
  const identity = Buffer.from(text);
  const [br, gz] = await Promise.all([toBrotli(identity), toGzip(identity)]);
  // Weak: the encodings of a text are the same text.
  const etag = `W/"${createHash('sha256').update(identity).digest('base64url')}"`;
  return { type, etag, bodies: { br, gzip: gz, identity } };
};

const readStyle = (name: string): Promise<string> =>
  readFile(new URL(`styles/${name}.css`, import.meta.url), 'utf8');

type ServedName = 'page' | 'style' | 'openApi' | 'asyncApi';

const serveAll = async (documents: ApiDocuments): Promise<Record<ServedName, Served>> => {
  const styles = await Promise.all(['frame', 'text'].map(readStyle));
  const json = 'application/json; charset=utf-8';
  return {
    page: await toServed('text/html; charset=utf-8', renderPage(documents)),
    style: await toServed('text/css; charset=utf-8', styles.join('\n')),
    openApi: await toServed(json, documents.openApiText),
    asyncApi: await toServed(json, documents.asyncApiText),
  };
};

/** The best encoding that the client takes; one that it refuses with `q=0` is not taken. */
const encodingFor = ({ headers }: FastifyRequest): 'br' | 'gzip' | 'identity' => {
  const accepted = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]?.trim());
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : 'identity';
};

const send = (request: FastifyRequest, reply: FastifyReply, { type, etag, bodies }: Served): FastifyReply => {
  void reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === etag) return reply.status(304).send();
  const encoding = encodingFor(request);
  if (encoding !== 'identity') void reply.header('content-encoding', encoding);
  return reply.type(type).send(bodies[encoding]);
};

const addresses: Record<string, ServedName> = {
  '/docs': 'page',
  '/docs/docs.css': 'style',
  '/docs/openapi.json': 'openApi',
  '/docs/asyncapi.json': 'asyncApi',
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The folder with `docs/api` and `protocol/fixtures`: the repository's, and the image's. */
const repositoryRoot = new URL('../../../', import.meta.url);

export interface DocsDeps {
  log: Logger;
  limitPerMinute: number;
}

/**
 * The contract for developers: a page at `/docs`, and both documents word for word. Made on the first request, since most
 * servers are never asked; where the documents were not shipped, that request says so.
 */
export const registerDocs = (app: FastifyInstance, { log, limitPerMinute }: DocsDeps): void => {
  let making: Promise<Record<ServedName, Served>> | undefined;
  const served = () => {
    making ??= readApiDocuments(repositoryRoot)
      .then(serveAll)
      .catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        log.warn({ err: error }, 'there are no API documents to show');
        throw new AppError('NotFound', 'This server was set up without the API documents.', { cause: error });
      });
    return making;
  };
  const config = { rateLimit: { max: limitPerMinute, timeWindow: '1 minute', groupId: 'rest' } };
  for (const [url, name] of Object.entries(addresses)) {
    app.get(url, { config }, async (request, reply) => send(request, reply, (await served())[name]));
  }
  app.get('/docs/', { config }, async (_request, reply) => reply.redirect('/docs', 308));
};
