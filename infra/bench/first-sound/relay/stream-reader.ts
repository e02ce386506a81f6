import { createWebSocketReader } from './web-socket-reader.ts';
import type { Message } from './wire.ts';

/** Names what a chunk of a TCP connection says: a request, an answer, messages of the realtime socket. */
export interface StreamReader {
  read(chunk: Buffer, up: boolean): Message[];
}

const headEnd = Buffer.from('\r\n\r\n');

const toType = (text: string): { type: string; requestId?: string } => {
  try {
    return JSON.parse(text);
  } catch {
    return { type: 'unreadable' };
  }
};

const firstLineOf = (chunk: Buffer): string => chunk.toString('latin1', 0, 200).split(/[?\r]/)[0] ?? '';

const toHttp = (chunk: Buffer): Message => {
  const line = firstLineOf(chunk);
  const isHead = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|HTTP\/1\.1) /.test(line);
  // A query may hold a token; the first line ends before it.
  return { protocol: 'http', label: isHead ? line.replace(/ HTTP\/.*/, '') : 'body' };
};

export const createStreamReader = (): StreamReader => {
  const up = createWebSocketReader();
  const down = createWebSocketReader();
  const asked = new Map<string, string>();
  let isUpgraded = false;
  const toSignaling = (text: string): Message => {
    const { type, requestId } = toType(text);
    if (requestId === undefined) return { protocol: 'signaling', label: type };
    const isAnswer = type === 'ack' || type === 'nack';
    if (!isAnswer) asked.set(requestId, type);
    return { protocol: 'signaling', label: isAnswer ? `${type} ${asked.get(requestId) ?? ''}` : type };
  };
  return {
    read: (chunk, isUp) => {
      if (isUpgraded) return (isUp ? up : down).read(chunk).map(toSignaling);
      const message = toHttp(chunk);
      if (isUp || !chunk.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) return [message];
      isUpgraded = true;
      const rest = chunk.subarray(chunk.indexOf(headEnd) + headEnd.length);
      return [message, ...down.read(rest).map(toSignaling)];
    },
  };
};
