import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Bytes on their way in: nobody has read of them yet. */
export interface BinaryRequest {
  stream: IncomingMessage;
  /** What `content-length` says; undefined where the client does not say. */
  declaredBytes: number | undefined;
}

/** Bytes on their way out, as they are. */
export interface BinaryAnswer {
  status: 200 | 206 | 304 | 416;
  headers: Record<string, string>;
  /** None where the status has no body. */
  body?: Readable | undefined;
}

/** A reader that takes nothing for so long is gone, or holds the file open on purpose. */
const idleReaderMs = 60_000;

/** How long the rest of a refused body is read and thrown away. */
const refusedBodyMs = 5_000;

export const sendBinary = (reply: FastifyReply, { status, headers, body }: BinaryAnswer): FastifyReply => {
  reply.raw.setTimeout(idleReaderMs, () => reply.raw.destroy());
  return reply.status(status).headers(headers).send(body);
};

/**
 * A connection that is closed while its client still sends is reset, and the client never reads why. So the rest of a body
 * that was refused is let in for a moment, and thrown away by Node; who goes on after that is cut.
 */
export const letRefusalArrive = (request: FastifyRequest, reply: FastifyReply): void => {
  const { raw } = request;
  reply.raw.once('finish', () => {
    if (raw.complete || raw.destroyed) return;
    const timer = setTimeout(() => raw.socket.destroy(), refusedBodyMs);
    timer.unref();
    raw.once('close', () => clearTimeout(timer));
    raw.resume();
  });
};
